"""With raw SQL in the application's own connection: nothing of a pair is there for others before both keys, before
the cooling-off is over, after either key closed it, after its last day, or after its text changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from rollout.kernel import clock
from rollout.kernel.database import ask_one
from rollout.kernel.tenancy import PARTNER
from tenants.disclosure.models import Audience, RowClass
from tenants.disclosure.queries import Pick, shown_pairs
from tenants.members.models import Role
from tests import world, world_surfacing
from tests.world import inside, sql

TABLES = (
    "pairs_pair", "pairs_seat", "projects_sharedtask", "projects_decision", "projects_resultclaim",
    "projects_resultpoint", "workplan_projectframe", "surfacing_supportrequest", "disclosure_disclosuregrant",
)  # fmt: skip
PRIVATE = (
    "surfacing_surfacing", "surfacing_surfacingitem", "surfacing_surfacingkey", "projects_sharedtaskkey",
    "projects_decisionkey", "projects_resultkey", "projects_witness", "workplan_framekey", "workplan_framesource",
)  # fmt: skip


def counts(organisation, who, capacity, tables=TABLES):
    with inside(organisation, who, capacity):
        return {table: sql(f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def nothing(tables=TABLES):
    return dict.fromkeys(tables, 0)


def offices(made):
    return [(made.sponsor, Role.SPONSOR), (made.lead, Role.ROLLOUT_LEAD)]


@pytest.fixture
def made(north):
    return world_surfacing.pair_with_work(north)


def assert_hidden(made):
    for who, hat in offices(made):
        assert counts(made.organisation, who, hat) == nothing()
        assert counts(made.organisation, who, hat, PRIVATE) == nothing(PRIVATE)
        with inside(made.organisation, who, hat):
            assert shown_pairs(who) == []
            assert sql("SELECT * FROM readable_pairs('pair')") == []
            assert sql("SELECT * FROM granted_items('decision')") == []


def assert_shown(made):
    for who, hat in offices(made):
        assert counts(made.organisation, who, hat) == {
            "pairs_pair": 1, "pairs_seat": 2, "projects_sharedtask": 1, "projects_decision": 1,
            "projects_resultclaim": 1, "projects_resultpoint": 3, "workplan_projectframe": 1,
            "surfacing_supportrequest": 1, "disclosure_disclosuregrant": 7,
        }  # fmt: skip
        # Who has signed, and what waits, is never readable outside the pair.
        assert counts(made.organisation, who, hat, PRIVATE) == nothing(PRIVATE)


def test_before_any_key_and_with_one_key_others_see_nothing(made):
    package = world_surfacing.package(made)
    assert_hidden(made)
    world_surfacing.signed(made, package, made.citizen)
    assert_hidden(made)


def test_with_two_keys_nothing_is_seen_for_72_hours_and_then_exactly_the_package(made):
    package = world_surfacing.opened(made)
    begins = package.effective_from
    assert begins - package.signed_at == timedelta(hours=72)
    with clock.at(begins - timedelta(seconds=1)):
        assert_hidden(made)
    with clock.at(begins):
        assert_shown(made)


def test_one_sponsor_sees_at_once_and_the_other_offices_see_nothing(made):
    other = world.member(made.organisation, "Otto Other", "sponsor", "board_member")
    world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
    assert counts(made.organisation, made.sponsor, Role.SPONSOR)["pairs_pair"] == 1
    for who, hat in ((other, Role.SPONSOR), (other, Role.BOARD_MEMBER), (made.lead, Role.ROLLOUT_LEAD),
                     (made.sponsor, PARTNER), (other, PARTNER)):  # fmt: skip
        assert counts(made.organisation, who, hat) == nothing()


def test_a_sponsor_whose_office_ended_sees_nothing(made):
    world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD):
        sql("SELECT end_membership(%s)", made.sponsor.pk)
    assert counts(made.organisation, made.sponsor, Role.SPONSOR) == nothing()


@pytest.mark.parametrize("who", ["professional", "citizen"])
@pytest.mark.parametrize("after", [timedelta(hours=1), timedelta(hours=100)], ids=["cooling-off", "in-force"])
def test_either_partner_alone_ends_it_at_once(made, who, after):
    package = world_surfacing.opened(made)
    with clock.at(package.signed_at + after):
        world_surfacing.withdrawn(made, package, getattr(made, who))
        assert_hidden(made)
    with clock.at(package.signed_at + timedelta(days=30)):
        assert_hidden(made)


def test_after_its_last_day_others_see_nothing_and_nobody_had_to_do_anything(made):
    ends = clock.now() + timedelta(days=10)
    world_surfacing.opened(made, valid_to=ends)
    with clock.at(ends - timedelta(seconds=1)):
        assert_shown(made)
    with clock.at(ends):
        assert_hidden(made)


def test_a_partner_who_leaves_before_the_second_key_ends_the_package(made):
    package = world_surfacing.signed(made, world_surfacing.package(made), made.citizen)
    with inside(made.organisation, made.professional):
        sql("SELECT leave_pair(%s)", made.pair)
    with inside(made.organisation, made.citizen):
        assert sql("SELECT state FROM surfacing_surfacing WHERE id = %s", package.pk) == [("lapsed",)]
    with clock.at(clock.now() + timedelta(days=30)):
        assert_hidden(made)


def test_a_partner_who_leaves_during_the_cooling_off_ends_the_package(made):
    package = world_surfacing.opened(made)
    with inside(made.organisation, made.citizen):
        sql("SELECT leave_pair(%s)", made.pair)
    with inside(made.organisation, made.professional):
        assert sql("SELECT state FROM surfacing_surfacing WHERE id = %s", package.pk) == [("lapsed",)]
    with clock.at(package.effective_from + timedelta(days=1)):
        assert_hidden(made)


def test_after_a_departure_what_was_shown_stays_and_the_names_go_also_for_a_successor(made):
    package = world_surfacing.opened(made)
    with clock.at(package.effective_from):
        with inside(made.organisation, made.citizen):
            sql("SELECT leave_pair(%s)", made.pair)
        world.joined(made.organisation, made.pair, made.professional, "Nora Next")
        for who, hat in offices(made):
            with inside(made.organisation, who, hat):
                (shown,) = shown_pairs(who)
                assert shown.people is None
                assert shown.shared_task is not None
                assert shown.project is not None
                assert shown.support == ()  # what lacked was the time of those who asked
                assert sql("SELECT count(*) FROM pairs_seat") == [(0,)]
                assert sql("SELECT count(*) FROM members_member WHERE name IN ('Nora Next', 'Cora Citizen')") == [(0,)]


@pytest.mark.parametrize(
    ("table", "key", "row_class"),
    [
        ("projects_sharedtask", "task", RowClass.TASK),
        ("projects_resultclaim", "result", RowClass.RESULT),
        ("workplan_projectframe", "project", RowClass.PROJECT),
    ],
)
def test_a_changed_text_is_no_longer_shown(made, table, key, row_class):
    package = world_surfacing.opened(made)
    text = {"projects_sharedtask": "agreed_at = NULL", "projects_resultclaim": "state = 'draft', claimed_at = NULL,"
            " corroborated_at = NULL",
            "workplan_projectframe": "state = 'draft', active_since = NULL"}[table]  # fmt: skip
    with clock.at(package.effective_from):
        with inside(made.organisation, made.citizen):
            changed = f"UPDATE {table} SET content_hash = %s, {text} WHERE id = %s"
            sql(changed, "0" * 64, getattr(made, key).pk)
        for who, hat in offices(made):
            with inside(made.organisation, who, hat):
                assert sql(f"SELECT count(*) FROM {table}") == [(0,)]
                classes = {row[0] for row in sql("SELECT row_class FROM disclosure_disclosuregrant")}
                assert classes == set(RowClass) - {row_class}


def test_a_title_that_is_shown_does_not_change_under_its_readers(made):
    world_surfacing.opened(made)
    with (
        inside(made.organisation, made.citizen),
        pytest.raises(DatabaseError, match="title_is_shown"),
        transaction.atomic(),
    ):
        sql("UPDATE pairs_pair SET title = 'Something else' WHERE id = %s", made.pair)


def test_a_grant_written_by_hand_is_refused(made):
    package = world_surfacing.signed(made, world_surfacing.package(made), made.citizen)
    for who, hat in ((made.citizen, PARTNER), *offices(made)):
        with (
            inside(made.organisation, who, hat),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            sql("INSERT INTO disclosure_disclosuregrant (id, pair_id, surfacing_id, row_class, audience, audience_id,"
                " valid_from) VALUES (gen_random_uuid(), %s, %s, 'pair', 'organisation', %s, now())",
                made.pair, package.pk, package.audience_id)  # fmt: skip
    assert_hidden(made)


def test_asking_the_database_to_open_it_with_one_key_opens_nothing(made):
    package = world_surfacing.signed(made, world_surfacing.package(made), made.citizen)
    with inside(made.organisation, made.citizen):
        assert ask_one("open_surfacing", package.pk) is False
    assert_hidden(made)


def test_a_key_for_the_partner_and_a_key_under_another_hash_open_nothing(made):
    package = world_surfacing.package(made)
    with inside(made.organisation, made.citizen):
        seats = dict(sql("SELECT member_id, id FROM pairs_seat WHERE left_at IS NULL"))
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            sql("INSERT INTO surfacing_surfacingkey (id, pair_id, surfacing_id, seat_id, package_hash, override_reason,"
                " signed_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, '', now())",
                made.pair, package.pk, seats[made.professional.pk], package.package_hash)  # fmt: skip
    world_surfacing.signed(made, package, made.professional)
    with inside(made.organisation, made.citizen):
        sql("INSERT INTO surfacing_surfacingkey (id, pair_id, surfacing_id, seat_id, package_hash, override_reason,"
            " signed_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, '', now())",
            made.pair, package.pk, seats[made.citizen.pk], "f" * 64)  # fmt: skip
        assert ask_one("open_surfacing", package.pk) is False
    with clock.at(clock.now() + timedelta(days=30)):
        assert_hidden(made)


def test_a_forged_package_hash_is_refused(made):
    package = world_surfacing.package(made)
    forged = "a" * 64
    for who in made.partners:
        with inside(made.organisation, who):
            sql("UPDATE surfacing_surfacing SET package_hash = %s WHERE id = %s", forged, package.pk)
            sql("INSERT INTO surfacing_surfacingkey (id, pair_id, surfacing_id, seat_id, package_hash, override_reason,"
                " signed_at) SELECT gen_random_uuid(), %s, %s, id, %s, '', now() FROM pairs_seat WHERE member_id = %s"
                " AND left_at IS NULL", made.pair, package.pk, forged, who.pk)  # fmt: skip
            with pytest.raises(DatabaseError, match="package_changed"), transaction.atomic():
                ask_one("open_surfacing", package.pk)
    with clock.at(clock.now() + timedelta(days=30)):
        assert_hidden(made)


def test_nothing_is_added_to_a_package_that_somebody_has_signed(made):
    package = world_surfacing.package(made, picks=[])
    world_surfacing.signed(made, package, made.citizen)
    with (
        inside(made.organisation, made.citizen),
        pytest.raises(DatabaseError, match="package_is_signed"),
        transaction.atomic(),
    ):
        sql("INSERT INTO surfacing_surfacingitem (id, pair_id, surfacing_id, row_class)"
            " VALUES (gen_random_uuid(), %s, %s, 'people')", made.pair, package.pk)  # fmt: skip


def test_a_decision_of_another_pair_cannot_be_shown_through_ones_own(made):
    """Somebody sits in two pairs and smuggles the decision of one into the package of the other."""
    other = world.founded(made.organisation, made.professional, title="The other pair")
    third = world.joined(made.organisation, other, made.professional, "Theo Third")
    foreign = world_surfacing.agreed_decision(made.organisation, other, (made.professional, third), "Never shown")
    with inside(made.organisation, made.professional):
        package = world_surfacing.package(made, picks=[])
        sql("INSERT INTO surfacing_surfacingitem (id, pair_id, surfacing_id, row_class, item_id)"
            " VALUES (gen_random_uuid(), %s, %s, 'decision', %s)", made.pair, package.pk, foreign.pk)  # fmt: skip
        sql("UPDATE surfacing_surfacing SET package_hash = package_hash_of(id) WHERE id = %s", package.pk)
        package.refresh_from_db()
    for who in made.partners:
        with inside(made.organisation, who):
            sql("INSERT INTO surfacing_surfacingkey (id, pair_id, surfacing_id, seat_id, package_hash, override_reason,"
                " signed_at) SELECT gen_random_uuid(), %s, %s, id, %s, '', now() FROM pairs_seat WHERE member_id = %s"
                " AND pair_id = %s", made.pair, package.pk, package.package_hash, who.pk, made.pair)  # fmt: skip
            with pytest.raises(DatabaseError, match="package_changed"), transaction.atomic():
                ask_one("open_surfacing", package.pk)


def test_a_partner_who_looks_through_an_office_sees_nothing_of_the_hidden_pair(north):
    lead = world.lead(north)
    pair = world.founded(north, lead, title="The lead's own hidden pair")
    citizen = world.joined(north, pair, lead, "Cora Citizen")
    world_surfacing.signed_task(north, pair, (lead, citizen))
    with inside(north, lead):
        assert sql("SELECT count(*) FROM pairs_pair") == [(1,)]
    assert counts(north, lead, Role.ROLLOUT_LEAD) == nothing()
    assert counts(north, lead, Role.ROLLOUT_LEAD, PRIVATE) == nothing(PRIVATE)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert shown_pairs(lead) == []


def test_another_organisation_sees_nothing_of_a_pair_that_is_shown_here(made, south):
    package = world_surfacing.opened(made)
    lead = world.lead(south)
    with clock.at(package.effective_from):
        assert_shown(made)
        assert counts(south, lead, Role.ROLLOUT_LEAD) == nothing()


def test_only_what_was_ticked_is_shown(made):
    second = world_surfacing.agreed_decision(made.organisation, made.pair, made.partners, "Not ticked")
    assert second.pk != made.decision.pk
    picks = [Pick(RowClass.DECISION, made.decision.pk)]
    world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk, picks=picks)
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        assert sql("SELECT title FROM projects_decision") == [("Evening clinics",)]
        assert sql("SELECT count(*) FROM projects_sharedtask") == [(0,)]
        assert sql("SELECT count(*) FROM projects_resultclaim") == [(0,)]
        assert sql("SELECT count(*) FROM pairs_seat") == [(0,)]
        assert connection.in_atomic_block
