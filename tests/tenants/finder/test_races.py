"""Two people, or one with many hands, at the same moment, on a database where things are really committed."""

from __future__ import annotations

import pytest

from rollout.organisations.models import Organisation
from tenants.finder import actions
from tenants.finder.models import Introduction
from tenants.pairs.models import Pair, Seat
from tests.racing import at_once, meet, rewritten
from tests.world import inside, sql
from tests.world_finder import asked, met, profile_of, somebody

MANY = 32
WITHOUT_LOCK = {
    "say_yes": {
        "perform pg_advisory_xact_lock(hashtextextended(wanted::text, 0));": "",
        "y.member_id = other) then": f"y.member_id = other) then {meet(2)}",
    },
    "ask_to_meet": {
        "p.member_id = me for update;": "p.member_id = me;",
        "insert into": f"{meet(8)}insert into",
    },
}
"""What each function holds, and what stands there instead in the control: no lock, and a wait for the others."""


@pytest.fixture
def organisation(committed):
    return Organisation.objects.get(slug="north")


def both(organisation):
    return somebody(organisation, "Cora", "patient"), somebody(organisation, "Drew", "clinician")


def unlocked(organisation, function):
    return rewritten(organisation, {function: WITHOUT_LOCK[function]})


def test_both_say_yes_at_once_and_there_is_exactly_one_pair(organisation):
    cora, drew = both(organisation)
    introduction = met(organisation, cora, drew)

    def say(index):
        who = (cora, drew)[index % 2]
        with inside(organisation, who):
            actions.say_yes(introduction=introduction, by=who)

    assert at_once(MANY, say) == [None] * MANY
    for who in (cora, drew):
        with inside(organisation, who):
            assert Pair.objects.count() == 1
            assert Seat.objects.count() == 2
            assert sql("SELECT count(*) FROM audit_event WHERE action = 'pair.founded'") == [(1,)]


def test_without_the_lock_both_say_yes_and_there_is_no_pair(organisation):
    cora, drew = both(organisation)
    introduction = met(organisation, cora, drew)

    def say(index):
        who = (cora, drew)[index]
        with inside(organisation, who):
            actions.say_yes(introduction=introduction, by=who)

    with unlocked(organisation, "say_yes"):
        assert at_once(2, say) == [None, None]
    with inside(organisation, cora):
        assert Pair.objects.count() == 0


def test_one_says_yes_while_the_other_says_no(organisation):
    for round_ in range(6):
        cora, drew = both(organisation)
        introduction = met(organisation, cora, drew)
        with inside(organisation, cora):
            actions.say_yes(introduction=introduction, by=cora)

        def meet(index, introduction=introduction, cora=cora, drew=drew):
            who, act = ((drew, actions.say_yes), (cora, actions.say_no))[index]
            with inside(organisation, who):
                act(introduction=introduction, by=who)

        outcome = at_once(2, meet)
        with inside(organisation, cora):
            state, pairs = Introduction.objects.get().state, Pair.objects.count()
        assert (outcome, state, pairs) in (
            ([None, "wrong_state"], "founded", 1),
            (["wrong_state", None], "ended", 0),
        ), round_


def test_nobody_asks_six_at_once(organisation):
    cora = somebody(organisation, "Cora", "patient")
    wanted = [profile_of(organisation, somebody(organisation, f"Doctor {number}", "clinician")) for number in range(8)]
    assert sorted(filter(None, at_once(8, asking(organisation, cora, wanted)))) == ["too_many_asked"] * 3
    with inside(organisation, cora):
        assert Introduction.objects.count() == 5


def test_without_the_lock_more_than_five_are_asked(organisation):
    cora = somebody(organisation, "Cora", "patient")
    wanted = [profile_of(organisation, somebody(organisation, f"Doctor {number}", "clinician")) for number in range(8)]
    with unlocked(organisation, "ask_to_meet"):
        assert at_once(8, asking(organisation, cora, wanted)) == [None] * 8
    with inside(organisation, cora):
        assert Introduction.objects.count() == 8


def asking(organisation, cora, wanted):
    def ask(index):
        with inside(organisation, cora):
            actions.ask_to_meet(profile=wanted[index], motivation="m", fit="f", by=cora)

    return ask


def test_one_takes_back_while_the_other_accepts(organisation):
    for round_ in range(6):
        cora, drew = both(organisation)
        introduction = asked(organisation, cora, drew)

        def meet(index, introduction=introduction, cora=cora, drew=drew):
            who, act = ((drew, actions.accept), (cora, actions.withdraw))[index]
            with inside(organisation, who):
                act(introduction=introduction, by=who)

        outcome = at_once(2, meet)
        with inside(organisation, cora):
            state = Introduction.objects.get().state
        assert (outcome, state) in (([None, "wrong_state"], "accepted"), (["wrong_state", None], "withdrawn")), round_
