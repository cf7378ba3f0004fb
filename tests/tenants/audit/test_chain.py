"""What was done stays written as it was; tampering shows."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from rollout.organisations.models import Organisation
from tenants.audit import actions as audit
from tenants.audit import queries
from tenants.members.models import Role
from tests import world
from tests.racing import at_once
from tests.world import inside, sql


def test_an_act_is_written_once_at_the_end_with_actor_and_hat(north):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        audit.record("site.added", subject=lead.pk, code="x")
        assert sql("SELECT count(*) FROM audit_event WHERE action = 'site.added'") == [(0,)]
    with inside(north, lead, Role.ROLLOUT_LEAD):
        event = queries.organisation_events().get(action="site.added")
        assert (event.actor_id, event.capacity, event.detail) == (lead.pk, "rollout_lead", {"code": "x"})


def test_an_act_that_fails_leaves_no_entry(north):
    lead = world.lead(north)
    with pytest.raises(ZeroDivisionError), inside(north, lead, Role.ROLLOUT_LEAD):
        audit.record("site.added")
        raise ZeroDivisionError
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert not queries.organisation_events().filter(action="site.added").exists()


def test_an_act_that_was_undone_inside_a_request_leaves_no_entry(north):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        audit.record("site.kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            audit.record("site.added")
            raise ZeroDivisionError
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert [event.action for event in queries.organisation_events()] == ["site.kept"]


def test_nobody_writes_into_the_chain_of_a_pair_they_never_sat_in(north):
    pair, *_ = world.hidden_pair(north)
    lead = world.lead(north)
    with inside(north, lead), pytest.raises(DatabaseError, match="not_your_chain"), transaction.atomic():
        sql("SELECT audit_append('forged', %s, '{}'::jsonb, %s)", pair, pair)


def test_entries_of_a_pair_stand_in_its_own_chain_and_move_no_other(north):
    pair, professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        audit.record("site.added")
    with inside(north):
        before = queries.anchor()
    with inside(north, professional):
        audit.record("decision.drafted", pair=pair)
    with inside(north):
        assert queries.anchor() == before
    with inside(north, citizen):
        assert [e.action for e in queries.events_of_pair(pair)] == ["decision.drafted"]
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert list(queries.events_of_pair(pair)) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event",
                                       "TRUNCATE audit_event", "UPDATE audit_head SET seq = 0"])  # fmt: skip
def test_nobody_in_the_organisation_changes_the_trail(north, statement):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        audit.record("site.added")
    with inside(north, lead, Role.ROLLOUT_LEAD):
        try:
            with transaction.atomic():
                sql(statement)
        except DatabaseError as refusal:
            assert "permission denied" in str(refusal) or "append-only" in str(refusal)
        assert queries.organisation_events().get().action == "site.added"
        assert queries.verdict().sound


TAMPERING = {
    "edit": ("UPDATE {t} SET detail = '{{\"x\": 1}}' WHERE seq = 3 AND pair_id IS NULL", "content changed"),
    "delete": ("DELETE FROM {t} WHERE seq = 3 AND pair_id IS NULL", "chain broken"),
    "insert": (
        "INSERT INTO {t} SELECT gen_random_uuid(), chain, pair_id, 9, at, actor_id, capacity, action, subject_id,"
        " detail, hash, sha256(hash) FROM {t} WHERE seq = 5 AND pair_id IS NULL", "chain broken"),
    "cut tail": ("DELETE FROM {t} WHERE seq >= 5 AND pair_id IS NULL", "tail cut"),
    "reorder": (
        "UPDATE {t} SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3) AND pair_id IS NULL;"
        " UPDATE {t} SET seq = seq - 100 WHERE seq > 100", "chain broken"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_by_somebody_with_every_right_is_found(committed, how):
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)
    for number in range(5):
        with inside(north, lead, Role.ROLLOUT_LEAD):
            audit.record("site.added", number=number)
    with inside(north):
        assert queries.verdict().sound
    statement, problem = TAMPERING[how]
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=committed) as admin:
        admin.execute("SET session_replication_role = replica")  # a superuser may switch triggers off
        admin.execute(statement.format(t=f"{north.schema_name}.audit_event"))
    with inside(north):
        assert queries.verdict().problem == problem
    with pytest.raises(CommandError, match="not sound"):
        call_command("audit", "verify", "north", verbosity=0)


def test_many_writers_make_one_line(committed):
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)

    def write(number: int) -> None:
        for turn in range(5):
            with inside(north, lead, Role.ROLLOUT_LEAD):
                audit.record("site.added", writer=number, turn=turn)

    assert at_once(16, write) == [None] * 16
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert queries.verdict().sound
        assert queries.organisation_events().count() == 80
