"""A private note about oneself, opened to both only when both have written one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.pairs import actions as pairs
from tenants.relationship import queries
from tenants.relationship.actions import snapbacks
from tenants.relationship.models import LookBack, SnapBack
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_relationship import snapped

COUNT = "SELECT count(*) FROM relationship_snapback"


@pytest.fixture
def shop(north):
    return workshop(north)


def entries(shop, who):
    with inside(shop.organisation, who):
        return list(SnapBack.objects.all())


def acts(shop):
    with inside(shop.organisation, shop.citizen):
        return [
            event.action for event in Event.objects.filter(action__startswith="relationship.snapback").order_by("seq")
        ]


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def test_an_entry_is_its_authors_alone_and_its_record_is_silent(shop):
    made = snapped(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        assert sql(COUNT) == [(1,)]
    with inside(shop.organisation, shop.citizen):
        assert sql(COUNT) == [(0,)]
        sql("UPDATE relationship_snapback SET mended_at = now()")
        sql("UPDATE relationship_snapback SET invited_at = now()")
        assert sql("SELECT count(*) FROM relationship_lookback") == [(0,)]
    assert acts(shop) == []
    assert entries(shop, shop.professional)[0].mended_at is None
    with inside(shop.organisation, shop.professional):
        snapbacks.mend(snapback=made, mended_at=clock.now(), by=shop.professional)
    assert acts(shop) == []


@pytest.mark.parametrize(("apart", "opens"), [(0, True), (47.9, True), (-47.9, True), (48.1, False), (-48.1, False)])
def test_two_entries_about_the_same_two_days_open_each_other(shop, apart, opens):
    snapped(shop, shop.professional, 10, own_default="expert")
    snapped(shop, shop.citizen, 10 - apart / 24, own_default="withdrawal")
    for partner in shop.partners:
        found = entries(shop, partner)
        assert len(found) == (2 if opens else 1)
        assert {row.own_default for row in found} >= ({"expert", "withdrawal"} if opens else set())
        assert len({row.pairing for row in found}) == 1
        assert all((row.revealed_at is not None) == opens for row in found)
    assert acts(shop) == (["relationship.snapback_revealed"] if opens else [])


def test_the_nearest_entry_is_the_partner_of_an_entry_and_of_no_second_one(shop):
    far, near = snapped(shop, shop.professional, 11), snapped(shop, shop.professional, 10)
    first = snapped(shop, shop.citizen, 10.1)
    found = {row.pk: row for row in entries(shop, shop.professional)}
    assert found[near.pk].pairing == first.pairing
    assert found[far.pk].pairing is None
    second = snapped(shop, shop.citizen, 10.2)
    assert {row.pk: row.pairing for row in entries(shop, shop.professional)}[far.pk] == second.pairing
    third = snapped(shop, shop.citizen, 10.3)
    assert (third.pairing, len({row.pairing for row in entries(shop, shop.citizen)})) == (None, 3)


def test_two_entries_of_one_person_open_nothing(shop):
    snapped(shop, shop.professional, 3)
    assert snapped(shop, shop.professional, 3).pairing is None


def test_nobody_writes_about_the_other(shop):
    with inside(shop.organisation, shop.citizen):
        columns = {name for (name,) in sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'relationship_snapback'"
            " AND table_schema = current_schema()")}  # fmt: skip
        assert {name for name in columns if "default" in name or "partner" in name} == {"own_default"}
        theirs = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            sql("INSERT INTO relationship_snapback (id, pair_id, seat_id, moment, trigger, own_default, intensity,"
                " words, written_at) VALUES (gen_random_uuid(), %s, %s, now(), 'other', 'silence', 3, '', now())",
                shop.pair.pk, theirs)  # fmt: skip
    assert entries(shop, shop.professional) == []


@pytest.mark.parametrize("column", ["shown_to_id", "pairing", "revealed_at", "words", "moment", "own_default"])
def test_nobody_opens_or_rewrites_an_entry_by_hand(shop, column):
    snapped(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql(f"UPDATE relationship_snapback SET {column} = NULL")
        assert sql("DELETE FROM relationship_snapback RETURNING id") == []


def test_what_was_revealed_is_the_authors_to_change(shop):
    mine = snapped(shop, shop.professional)
    snapped(shop, shop.citizen)
    with inside(shop.organisation, shop.citizen), pytest.raises(NotPermitted):
        snapbacks.mend(snapback=mine, mended_at=clock.now(), by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        snapbacks.mend(snapback=mine, mended_at=clock.now(), by=shop.professional)
    assert acts(shop) == ["relationship.snapback_revealed", "relationship.snapback_mended"]


def test_moments_lie_in_their_order(shop):
    ahead = clock.now() + timedelta(hours=1)
    said = {"pair": shop.pair, "trigger": "other", "own_default": "rescue", "intensity": 1}
    refused("moment_is_ahead", shop, shop.citizen, snapbacks.log, moment=ahead, **said)
    before = clock.now() - timedelta(days=2)
    refused("mended_out_of_order", shop, shop.citizen, snapbacks.log, moment=clock.now(), mended_at=before, **said)
    made = snapped(shop, shop.citizen)
    refused("mended_out_of_order", shop, shop.citizen, snapbacks.mend, snapback=made, mended_at=ahead)


def test_an_invitation_says_the_day_and_nothing_else(shop):
    made = snapped(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        snapbacks.invite(snapback=made, by=shop.professional)
    refused("wrong_state", shop, shop.professional, snapbacks.invite, snapback=made)
    with inside(shop.organisation, shop.citizen):
        asked = LookBack.objects.get()
        assert sql(COUNT) == [(0,)]
        assert set(json.loads(sql("SELECT to_jsonb(x)::text FROM relationship_lookback x")[0][0])) == {
            "id", "pair_id", "seat_id", "snapback_id", "asked_id", "day", "asked_at", "closed_at",
        }  # fmt: skip
        assert queries.asked_back(shop.citizen).count() == 1
        for _twice in range(2):
            snapbacks.set_aside(look_back=asked, by=shop.citizen)
        assert queries.asked_back(shop.citizen).count() == 0
    assert acts(shop) == ["relationship.snapback_invited", "relationship.snapback_set_aside"]
    with inside(shop.organisation, shop.professional), pytest.raises(NotPermitted):
        snapbacks.set_aside(look_back=asked, by=shop.professional)


def test_who_answers_an_invitation_opens_both(shop):
    made = snapped(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        snapbacks.invite(snapback=made, by=shop.professional)
    answer = snapped(shop, shop.citizen, 2.5)
    assert answer.pairing is not None
    with inside(shop.organisation, shop.citizen):
        assert LookBack.objects.get().closed_at is not None
    refused("wrong_state", shop, shop.citizen, snapbacks.invite, snapback=answer)


@pytest.mark.parametrize("asked", ["oneself", "a stranger"])
def test_an_invitation_goes_to_the_partner_alone(shop, asked):
    made = snapped(shop, shop.professional)
    stranger = world.member(shop.organisation, "Sam Stranger")
    world.founded(shop.organisation, stranger)
    with inside(shop.organisation, stranger):
        outside = sql("SELECT id FROM pairs_seat WHERE member_id = %s", stranger.pk)[0][0]
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DatabaseError, match=r"not_the_partner|row-level security"), transaction.atomic():
            sql("INSERT INTO relationship_lookback (id, pair_id, seat_id, snapback_id, asked_id, day, asked_at)"
                " SELECT gen_random_uuid(), pair_id, seat_id, id, %s, current_date, now() FROM relationship_snapback",
                made.seat_id if asked == "oneself" else outside)  # fmt: skip
        sql("UPDATE relationship_snapback SET invited_at = now()")
        with pytest.raises(DatabaseError, match="no_such_step"), transaction.atomic():
            sql("UPDATE relationship_snapback SET invited_at = NULL")


def test_alone_there_is_nobody_to_ask(shop):
    made = snapped(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    refused("no_partner", shop, shop.professional, snapbacks.invite, snapback=made)


def test_a_successor_reads_nothing_of_what_was_opened_before(shop):
    snapped(shop, shop.professional)
    snapped(shop, shop.citizen)
    snapped(shop, shop.citizen, 30)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
        assert sql(COUNT) == [(0,)]
    successor = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Sue Successor")
    with inside(shop.organisation, successor):
        assert sql(COUNT) == [(0,)]
    with inside(shop.organisation, shop.professional):
        assert sql(COUNT) == [(2,)]
    assert snapped(shop, shop.professional, 30).pairing is None, "who has left is not waited for"


def test_the_figures_come_from_what_one_may_read(shop):
    snapped(shop, shop.professional, 3, mended_at=clock.now() - timedelta(days=2))
    snapped(shop, shop.citizen, 3)
    snapped(shop, shop.citizen, 20)
    found = {}
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            found[partner] = queries.snaps_of(partner, shop.pair.pk)
    mine, theirs = found[shop.professional], found[shop.citizen]
    assert (mine.moments, mine.recognised, theirs.moments, theirs.recognised) == (1, 1, 2, 0.5)
    assert round(mine.recovery_hours) == 24
