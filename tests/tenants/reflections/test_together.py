"""Reflecting together: one open time, each one's part, one text with two keys, and nothing for who comes after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs.home import waiting_for
from tenants.pairs.models import Pair
from tenants.reflections import queries
from tenants.reflections.actions import together
from tenants.reflections.models import PairReflection
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop

State = PairReflection.State


@pytest.fixture
def shop(north):
    return workshop(north)


def planned(shop, days=0):
    with inside(shop.organisation, shop.professional):
        return together.plan(pair=shop.pair, on=clock.today() + timedelta(days=days), by=shop.professional)


def said(shop, slot, text="We listen more.", signed_by=()):
    with inside(shop.organisation, shop.professional):
        slot = together.write(slot=slot, text=text, by=shop.professional)
    for who in signed_by:
        with inside(shop.organisation, who):
            slot = together.sign(slot=slot, shown=slot.content_hash, by=who)
    return slot


def states(shop, who=None):
    with inside(shop.organisation, who or shop.citizen):
        return [(slot.state, (slot.planned_on - clock.today()).days) for slot in queries.slots_for(who or shop.citizen)]


def test_two_keys_close_it_and_the_next_is_four_weeks_on(shop):
    slot = said(shop, planned(shop), signed_by=(shop.professional,))
    assert states(shop) == [("planned", 0)]
    with inside(shop.organisation, shop.citizen):
        together.sign(slot=slot, shown=slot.content_hash, by=shop.citizen)
    assert states(shop) == [("planned", 28), ("written", 0)]


def test_talking_is_enough(shop):
    slot = planned(shop)
    with inside(shop.organisation, shop.citizen):
        together.talked(slot=slot, by=shop.citizen)
        with pytest.raises(DomainError, match="wrong_state"):
            together.talked(slot=slot, by=shop.citizen)
    assert states(shop) == [("planned", 28), ("talked", 0)]


def test_what_did_not_happen_takes_a_reason_and_another_day(shop):
    slot = planned(shop, days=3)
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="not_yet"):
        together.missed(slot=slot, reason="away", next_on=clock.today(), by=shop.citizen)
    slot = planned(shop)  # planning again moves it
    assert states(shop) == [("planned", 0)]
    with inside(shop.organisation, shop.citizen):
        with pytest.raises(DomainError, match="date_is_past") as refusal:
            together.missed(slot=slot, reason="away", next_on=clock.today() - timedelta(days=1), by=shop.citizen)
        assert refusal.value.field == "next_on"
        together.missed(slot=slot, reason="away", next_on=clock.today() + timedelta(days=5), by=shop.citizen)
    assert states(shop) == [("planned", 5), ("missed", 0)]


@pytest.mark.parametrize(("days", "code"), [(-1, "date_is_past"), (0, None), (731, None), (732, "date_is_far")])
def test_a_day_is_neither_past_nor_out_of_sight(shop, days, code):
    if code is None:
        assert planned(shop, days).state == State.PLANNED
    else:
        with pytest.raises(DomainError, match=code):
            planned(shop, days)
    with pytest.raises(DomainError, match="date_is_far"), inside(shop.organisation, shop.professional):
        together.plan(pair=shop.pair, on=date.max, by=shop.professional)


def test_a_changed_text_clears_the_key_and_an_old_one_is_not_signed(shop):
    old = said(shop, planned(shop), signed_by=(shop.citizen,))
    new = said(shop, old, "Otherwise.")
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM reflections_pairreflectionkey") == [(0,)]
        with pytest.raises(DomainError, match="text_changed"):
            together.sign(slot=new, shown=old.content_hash, by=shop.citizen)


def test_nothing_is_signed_before_it_is_written(shop):
    slot = planned(shop)
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="no_text"):
        together.sign(slot=slot, shown=slot.content_hash, by=shop.citizen)


def test_each_one_writes_a_part_and_only_their_own(shop):
    slot = planned(shop)
    for who, text in ((shop.citizen, "Hers."), (shop.professional, "His."), (shop.citizen, "Hers, again.")):
        with inside(shop.organisation, who):
            together.write_part(slot=slot, text=text, by=who)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT text FROM reflections_pairreflectionpart ORDER BY 1") == [("Hers, again.",), ("His.",)]
        sql("UPDATE reflections_pairreflectionpart SET text = 'forged' WHERE text LIKE 'Hers%%'")
        assert sql("SELECT text FROM reflections_pairreflectionpart ORDER BY 1") == [("Hers, again.",), ("His.",)]
    said(shop, slot, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        with pytest.raises(DomainError, match="wrong_state"):
            together.write_part(slot=slot, text="Late.", by=shop.citizen)
        with pytest.raises(DatabaseError, match="no_such_step"), transaction.atomic():
            sql("UPDATE reflections_pairreflectionpart SET text = 'late'")


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE reflections_pairreflection SET state = 'written', closed_at = now()", "two_keys_needed"),
        ("UPDATE reflections_pairreflection SET state = 'ended', closed_at = now()", "no_such_step"),
        ("UPDATE reflections_pairreflection SET reason = 'away'", "reason_iff_missed"),
        ("UPDATE reflections_pairreflection SET state = 'missed', closed_at = now(), reason = 'away',"
         " planned_on = planned_on", "not_yet"),
        ("UPDATE reflections_pairreflection SET edited_by_id = (SELECT id FROM pairs_seat WHERE side = 'citizen')",
         "not_your_seat"),
        ("UPDATE reflections_pairreflection SET citizen_id = professional_id", "permission denied"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_no_page_offers(shop, statement, refusal):
    said(shop, planned(shop, days=3), signed_by=(shop.professional,))
    who = inside(shop.organisation, shop.professional)
    with who, pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        sql(statement)
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_is_closed_stays_whoever_asks_the_database(shop):
    said(shop, planned(shop), signed_by=shop.partners)
    with inside(shop.organisation, shop.professional):
        for change in ("text = 'x'", "text = ''", "state = 'planned', closed_at = NULL", "planned_on = now()"):
            with pytest.raises(DatabaseError, match=r"no_such_step|written_has_text"), transaction.atomic():
                sql(f"UPDATE reflections_pairreflection SET {change} WHERE state = 'written'")


def test_one_is_open_at_a_time(shop):
    planned(shop)
    who = inside(shop.organisation, shop.professional)
    with who, pytest.raises(DatabaseError, match="one_planned"), transaction.atomic():
        sql("INSERT INTO reflections_pairreflection (id, pair_id, citizen_id, professional_id, planned_on, state, text,"
            " content_hash, edited_by_id, edited_at, reason) SELECT gen_random_uuid(), pair_id, citizen_id,"
            " professional_id, planned_on, state, text, content_hash, edited_by_id, edited_at, reason"
            " FROM reflections_pairreflection")  # fmt: skip


def test_who_comes_after_reads_nothing_of_it_and_who_stays_does(shop):
    north = shop.organisation
    slot = said(shop, planned(shop), "Between the two of us.", signed_by=shop.partners)
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    successor = world.joined(north, shop.pair.pk, shop.professional, "Stan Successor")
    assert states(shop, shop.professional) == [("ended", 28), ("written", 0)]
    with inside(north, successor):
        for table in ("pairreflection", "pairreflectionpart", "pairreflectionkey"):
            assert sql(f"SELECT count(*) FROM reflections_{table}") == [(0,)]
        with pytest.raises(NotPermitted):
            together.talked(slot=slot, by=successor)
    now = planned(shop)
    assert states(shop, successor) == [("planned", 0)]
    said(shop, now, "A new beginning.", signed_by=(shop.professional, successor))
    assert states(shop, shop.citizen) == []


def test_nothing_is_planned_without_a_partner(shop):
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with pytest.raises(DomainError, match="no_partner"):
        planned(shop)


def test_offices_read_nothing_and_other_pairs_neither(shop):
    said(shop, planned(shop), signed_by=shop.partners)
    lead = world.lead(shop.organisation)
    other = workshop(shop.organisation, "Another pair")
    for who, hat in ((lead, Role.ROLLOUT_LEAD), (lead, "partner"), (other.citizen, "partner")):
        with inside(shop.organisation, who, hat):
            assert sql("SELECT count(*) FROM reflections_pairreflection") == [(0,)]


def test_home_says_that_it_is_time_and_no_word_of_what_is_in_it(shop):
    slot = said(shop, planned(shop, days=2), "A secret between us.", signed_by=(shop.citizen,))
    with inside(shop.organisation, shop.professional):
        assert waiting_for(shop.professional) == []
    with clock.at(clock.now() + timedelta(days=2)):
        for who, done in ((shop.professional, False), (shop.citizen, True)):
            with inside(shop.organisation, who):
                (found,) = waiting_for(who)
                assert (found.title, found.for_partner) == ("Your reflection time", done)
                assert found.url.endswith(f"/reflections/{slot.pk}/")
        with inside(shop.organisation, shop.citizen):
            Pair.objects.update(stage=Pair.Stage.PAUSED)
            assert waiting_for(shop.citizen) == []
