"""Every table found in the catalogue, attacked with raw SQL in the application's own connection."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from rollout.kernel import tenancy
from rollout.kernel.errors import OutsideOrganisation
from rollout.kernel.tenancy import Place, in_organisation
from rollout.organisations import protection
from tenants.members.models import OFFICES, Role
from tests import world
from tests.world import inside, sql
from tests.world_rows import PAIR_TABLES, hidden_pair_with_rows


def tables() -> list[str]:
    """Every table of the organisation we are in, as the catalogue knows them."""
    rows = sql("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'")
    return sorted(row[0] for row in rows)


def refused(statement: str, *parameters: object) -> str:
    """Run a statement that must fail, in a savepoint; the database's reason."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *parameters)
    return str(refusal.value)


@pytest.fixture
def secret(north):
    """A hidden pair that has something in every one of its tables which a partner may write into."""
    return hidden_pair_with_rows(north)


@pytest.mark.parametrize("role", OFFICES)
def test_no_office_finds_a_row_of_a_hidden_pair_in_any_table(north, secret, role):
    pair, professional, _ = secret
    holder = world.member(north, "Olive Office", role)
    with inside(north, holder, role):
        found = {table: sql(f"SELECT count(*) FROM {table} WHERE pair_id = %s", pair)[0][0] for table in PAIR_TABLES}
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
    assert found == dict.fromkeys(PAIR_TABLES, 0)
    with inside(north, professional):  # the control: the same question, asked by a partner, has answers
        assert sql("SELECT count(*) FROM projects_decision WHERE pair_id = %s", pair) == [(1,)]


def test_a_partner_who_looks_through_an_office_finds_nothing_of_the_hidden_pair(north, secret):
    pair, professional, _ = secret
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("SELECT grant_office(%s, 'sponsor')", professional.pk)
    with inside(north, professional, Role.SPONSOR):
        assert [t for t in PAIR_TABLES if sql(f"SELECT count(*) FROM {t} WHERE pair_id = %s", pair) != [(0,)]] == []


def test_an_office_that_is_not_held_opens_nothing(north):
    stranger = world.member(north, "Nora Nobody")
    with inside(north, stranger, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM members_member WHERE listed AND id <> %s", stranger.pk) == [(0,)]
        assert sql("SELECT count(*) FROM members_invitation") == [(0,)]


def test_other_pairs_and_strangers_find_nothing(north, secret):
    pair, *_ = secret
    _, other, _ = world.hidden_pair(north, title="Another pair")
    for person in (other, None):
        with inside(north, person):
            assert [t for t in PAIR_TABLES if sql(f"SELECT count(*) FROM {t} WHERE pair_id = %s", pair) != [(0,)]] == []


def test_somebody_who_joined_for_a_pair_alone_is_in_no_list(north, secret):
    _, _, citizen = secret
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM members_member WHERE id = %s", citizen.pk) == [(0,)]
        assert sql("SELECT count(*) FROM members_invitation WHERE accepted_by_id = %s", citizen.pk) == [(0,)]


def test_every_table_of_the_catalogue_is_empty_without_a_person(north, secret):
    with inside(north):
        assert {
            t: sql(f"SELECT count(*) FROM {t}")[0][0] for t in tables() if t != "django_migrations"
        } == dict.fromkeys((t for t in tables() if t != "django_migrations"), 0)
        assert "permission denied" in refused("SELECT count(*) FROM django_migrations")


def test_every_table_forces_row_security_and_carries_its_declaration(north):
    assert protection.weaknesses() == []
    with inside(north):
        rows = sql("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                   " AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)")  # fmt: skip
    assert {row[0] for row in rows} == set(protection.UNPROTECTED)


ATTACKS = [
    "SET LOCAL ROLE rollout_test_owner",
    "SET LOCAL ROLE rollout_test_definer",
    "SET LOCAL ROLE rollout_test_platform",
    "SELECT * FROM public.accounts_account",
    "SELECT * FROM security.context_key",
    "CREATE TEMPORARY TABLE pairs_seat (id uuid)",
    "CREATE TABLE mine (id uuid)",
    "ALTER TABLE pairs_pair DISABLE ROW LEVEL SECURITY",
    "DROP POLICY privacy_see ON pairs_pair",
    "CREATE FUNCTION own_pairs() RETURNS SETOF uuid LANGUAGE sql AS 'select null::uuid'",
    "UPDATE members_member SET listed = true",
    "UPDATE members_office SET role = 'rollout_lead'",
    "TRUNCATE audit_event",
    "COPY pairs_pair TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_applications_own_connection_cannot(north, secret, attack):
    _, professional, _ = secret
    with inside(north, professional):
        assert "permission denied" in refused(attack) or "must be owner" in refused(attack)


def test_row_security_cannot_be_switched_off(north, secret):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD), transaction.atomic():
        sql("SET LOCAL row_security = off")
        assert "row-level security" in refused("SELECT count(*) FROM pairs_pair")


def test_reset_role_reaches_nothing(north, secret):
    _, professional, _ = secret
    with inside(north, professional):
        schema = sql("SELECT current_schema()")[0][0]
        with transaction.atomic():
            sql("RESET ROLE")
            assert "permission denied" in refused(f"SELECT * FROM {schema}.pairs_pair")
            sql("SELECT set_config('role', %s, true)", north.role_name)


def test_another_organisations_role_with_this_organisations_context_is_nobody(north, south, secret):
    _, professional, _ = secret
    with inside(north, professional):
        assert sql("SELECT count(*) FROM pairs_pair") == [(1,)]
        sql("SELECT set_config('role', %s, true), set_config('search_path', %s, true)",
            south.role_name, south.schema_name)  # fmt: skip
        assert sql("SELECT security.person(), security.inside()") == [(None, False)]
        assert "permission denied" in refused(f"SELECT * FROM {north.schema_name}.pairs_pair")
        sql(north.place(professional.pk).statement())


def _tampered(place: Place, change: str) -> str:
    claims, signature, key = place._token().split("~")
    parts = claims.split("|")
    if change == "person":
        parts[1] = "11111111-1111-1111-1111-111111111111"
    elif change == "capacity":
        parts[2] = "rollout_lead"
    elif change == "key":
        key = "99"
    elif change == "signature":
        signature = "0" * 64
    return "~".join(("|".join(parts), signature, key))


@pytest.mark.parametrize("change", ["person", "capacity", "key", "signature"])
def test_a_forged_context_is_an_error(north, secret, change):
    _, professional, _ = secret
    with inside(north, professional), transaction.atomic():
        forged = _tampered(north.place(professional.pk), change)
        assert "bad context" in refused(
            "SELECT count(*) FROM pairs_pair, set_config('rollout.context', %s, true)", forged
        ) or "bad context" in _after(forged)
        sql(north.place(professional.pk).statement())


def _after(token: str) -> str:
    sql("SELECT set_config('rollout.context', %s, true)", token)
    return refused("SELECT count(*) FROM pairs_pair")


def test_an_expired_context_is_an_error(north, secret, monkeypatch):
    _, professional, _ = secret
    with inside(north, professional), transaction.atomic():
        monkeypatch.setattr(tenancy.time, "time", lambda: time.mktime((2026, 1, 1, 0, 0, 0, 0, 0, 0)))
        old = north.place(professional.pk)._token()
        monkeypatch.undo()
        assert "expired context" in _after(old)
        sql(north.place(professional.pk).statement())


def test_outside_an_organisation_there_are_no_queries():
    if connection.in_atomic_block:
        pytest.fail("this test runs outside a transaction")
    with pytest.raises(OutsideOrganisation):
        connection.cursor()


def test_nobody_is_inside_two_organisations(north, south):
    with inside(north), pytest.raises(OutsideOrganisation), in_organisation(south.place()):
        pass


def test_a_foreign_key_does_not_lead_into_a_hidden_pair(north, secret):
    pair, *_ = secret
    outsider = world.member(north, "Ivan Intruder")
    own = world.founded(north, outsider, title="Mine")
    with inside(north, outsider):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", outsider.pk)[0][0]
        for hidden, mine in ((pair, seat), (pair, None)):
            assert "row-level security" in refused(
                "INSERT INTO projects_decision (id, pair_id, title, text, state, content_hash, proposed_by_id,"
                " drafted_at) VALUES (gen_random_uuid(), %s, 'x', 'x', 'draft', 'h', %s, now())",
                hidden,
                mine or seat,
            )
        assert "row-level security" in refused(
            "INSERT INTO pairs_seat (id, pair_id, member_id, side, kind, taken_at)"
            " VALUES (gen_random_uuid(), %s, %s, 'citizen', 'patient', now())", own, outsider.pk)  # fmt: skip


def test_nobody_signs_with_the_partners_seat(north, secret):
    pair, professional, citizen = secret
    with inside(north, citizen):
        others = sql("SELECT id FROM pairs_seat WHERE member_id = %s", professional.pk)[0][0]
        assert "row-level security" in refused(
            "INSERT INTO projects_decisionkey (id, pair_id, decision_id, seat_id, content_hash, signed_at)"
            " SELECT gen_random_uuid(), pair_id, id, %s, 'other', now() FROM projects_decision", others)  # fmt: skip
        assert sql("SELECT count(*) FROM pairs_seat WHERE pair_id = %s", pair) == [(2,)]


def test_agreed_by_raw_sql_with_one_key_is_refused_at_the_end(north, secret):
    _, professional, _ = secret
    with inside(north, professional), transaction.atomic():
        assert "no_such_step" in refused("UPDATE projects_decision SET state = 'agreed', agreed_at = now()")
        sql("UPDATE projects_decision SET state = 'proposed', proposed_at = now()")
        sql("UPDATE projects_decision SET state = 'proposed'")
        sql("UPDATE projects_decision SET state = 'agreed', agreed_at = now()")
        assert "two_keys_needed" in refused("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_a_grant_by_raw_sql_is_refused(north, secret):
    pair, professional, _ = secret
    with inside(north, professional):
        assert "row-level security" in refused(
            "INSERT INTO disclosure_disclosuregrant (id, pair_id, surfacing_id, row_class, audience, audience_id,"
            " valid_from) VALUES (gen_random_uuid(), %s, gen_random_uuid(), 'pair', 'organisation',"
            " '00000000-0000-0000-0000-000000000000', now())", pair)  # fmt: skip


def test_the_login_has_no_rights_of_its_own():
    with psycopg.connect(settings.DATABASE_LOGIN_URL, dbname=connection.settings_dict["NAME"]) as login:
        for statement in ("SELECT * FROM public.jobs_job", "SELECT security.person()", "CREATE SCHEMA mine"):
            with pytest.raises(psycopg.Error, match="permission denied"), login.transaction():
                login.execute(statement)


def test_the_platform_has_no_rights_on_any_organisation(north):
    with connections["platform"].cursor() as cursor, transaction.atomic(using="platform"):
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(f"SELECT * FROM {north.schema_name}.pairs_pair")
        transaction.set_rollback(True, using="platform")
