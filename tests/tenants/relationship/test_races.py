"""Two partners at the same moment, on a database where things are really committed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.relationship.actions import balance, differences
from tenants.relationship.models import DifferenceItem, Restatement, SnapBack, Sprint
from tests.racing import PATIENCE, at_once, rewritten
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_relationship import restated, snapped

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def acts(shop, action):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE action = %s", action)[0][0]


def pairings(shop):
    """How many entries stand in each pairing, as one partner sees it, and how many are alone."""
    with inside(shop.organisation, shop.citizen):
        rows = list(SnapBack.objects.values_list("pairing", flat=True))
    return sorted(rows.count(pairing) for pairing in set(rows) if pairing), rows.count(None)


def test_two_entries_at_once_pair_up_exactly_once(shop):
    """Sixteen moments, each written by both at the same time."""

    def write(index):
        snapped(shop, shop.partners[index % 2], 5 + 10 * (index // 2))

    assert at_once(MANY, write) == [None] * MANY
    assert pairings(shop) == ([2] * (MANY // 2), 0)
    assert acts(shop, "relationship.snapback_revealed") == MANY // 2


def test_many_entries_about_one_moment_go_together_two_by_two(shop):
    def write(index):
        snapped(shop, shop.partners[index % 2], 5 + index / 100)

    assert at_once(MANY, write) == [None] * MANY
    assert pairings(shop) == ([2] * (MANY // 2), 0)


def test_without_the_lock_two_entries_miss_each_other(shop):
    """The control: each transaction sees its own entry alone, and nothing is ever opened."""
    lock = "perform 1 from pairs_pair p where p.id = new.pair_id for no key update;"
    barrier = threading.Barrier(2)

    def write(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            snapped(shop, who, 5)
            barrier.wait(PATIENCE)

    with rewritten(shop.organisation, {"snapbacks_pair_up": {lock: ""}}):
        assert at_once(2, write) == [None, None]
    assert pairings(shop) == ([], 1)
    assert acts(shop, "relationship.snapback_revealed") == 0


def answered(shop, item):
    with inside(shop.organisation, shop.professional):
        state = DifferenceItem.objects.get(pk=item.pk).state
        return state, [said.answer for said in Restatement.objects.filter(item=item)]


def test_what_is_accepted_while_it_is_corrected_is_one_of_both(shop):
    item = restated(shop, shop.professional)

    def answer(index):
        with inside(shop.organisation, shop.professional):
            if index % 2:
                differences.accept(item=item, by=shop.professional)
            else:
                differences.correct(item=item, correction=f"No, {index}", by=shop.professional)

    answers = at_once(MANY, answer)
    assert sorted(answers, key=str) == [None] + ["wrong_state"] * (MANY - 1)
    state, said = answered(shop, item)
    is_heard = answers.index(None) % 2 == 1
    assert (state, said) == (("heard", ["accepted"]) if is_heard else ("corrected", ["corrected"]))
    assert acts(shop, "relationship.difference_heard") + acts(shop, "relationship.difference_corrected") == 1


def test_whoever_answers_second_waits_for_the_first(shop):
    """The lock itself: with it taken away from the reading, both would answer (see the control below)."""
    item = restated(shop, shop.professional)
    barrier = threading.Barrier(2)

    def careless(index):
        with inside(shop.organisation, shop.professional):
            assert DifferenceItem.objects.get(pk=item.pk).state == "restated"  # no FOR UPDATE
            barrier.wait(PATIENCE)
            answer = ("accepted", "corrected")[index]
            sql("UPDATE relationship_restatement SET answer = %s, answered_at = now() WHERE item_id = %s",
                answer, item.pk)  # fmt: skip

    # Both believed that it was open; the database let one of them through.
    assert sorted(at_once(2, careless), key=str) == [None, "no_such_step"]


def test_it_is_taken_back_while_it_is_restated(shop):
    for _round in range(6):
        item = restated(shop, shop.professional)
        with inside(shop.organisation, shop.professional):
            differences.correct(item=item, correction="No", by=shop.professional)

        def meet(index, item=item):
            who = shop.partners[index]
            with inside(shop.organisation, who):
                if index:
                    differences.restate(item=item, text="You fear it.", by=who)
                else:
                    differences.take_back(item=item, by=who)

        taken_back, said_again = at_once(2, meet)
        assert taken_back is None
        assert said_again in (None, "not_permitted")
        state, said = answered(shop, item)
        assert state == "draft"
        assert "" not in said


def test_both_propose_a_sprint_and_one_card_is_answered_once(shop):
    def propose(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + timedelta(days=7), by=who)

    assert at_once(8, propose) == [None] * 8
    with inside(shop.organisation, shop.citizen):
        assert Sprint.objects.filter(ended_at__isnull=True).count() == 1

    def agree(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            balance.agree_sprint(pair=shop.pair, by=who)

    assert set(at_once(8, agree)) <= {None, "two_keys_needed"}
    assert acts(shop, "balance.sprint_agreed") == 1
