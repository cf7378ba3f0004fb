"""The table of introductions: every state, every act, the same table in the database, and random histories."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from tenants.finder import actions
from tenants.finder.models import Declined, Introduction
from tenants.finder.policy import OPEN, TRANSITIONS, WAITING, Act, State, after, lapsed, may
from tenants.pairs.models import Pair, Seat
from tests.world import inside, sql
from tests.world_finder import asked, somebody

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TABLE = [
    (State.ASKED, {"accept", "not_yet", "decline", "withdraw"}),
    (State.NOT_YET, {"accept", "not_yet", "decline", "withdraw"}),
    (State.ACCEPTED, {"plan", "yes", "no", "found"}),
    (State.WITHDRAWN, set()),
    (State.ENDED, set()),
    (State.FOUNDED, set()),
]


@pytest.mark.parametrize(("state", "possible"), TABLE)
def test_what_is_possible_in_each_state(state, possible):
    assert {act.value for act in Act if may(state, act)} == possible


def test_the_table_knows_every_state():
    assert set(TRANSITIONS) == set(State) == {state for state, _possible in TABLE}
    assert set(WAITING) == {State.ASKED, State.NOT_YET}
    assert set(OPEN) == {State.ASKED, State.NOT_YET, State.ACCEPTED}


def test_a_decline_changes_no_state():
    assert {state: after(state, Act.DECLINE) for state in WAITING} == {state: state for state in WAITING}


@given(state=st.sampled_from(list(State)), act=st.sampled_from(list(Act)), days=st.integers(-40, 40))
def test_what_has_lapsed_waits_for_nobody(state, act, days):
    over = lapsed(state, NOW + timedelta(days=days), NOW)
    assert over == (state in WAITING and days <= 0)
    assert may(state, act, lapsed=over) == (act in TRANSITIONS[state] and not over)


def test_the_database_keeps_the_same_table():
    steps = import_module("tenants.finder.migrations.0001_rules")._STEPS
    kept = {tuple(words) for words in re.findall(r"'(\w+) (\w+) (\w+)'", steps)}
    answers = {Act.ACCEPT, Act.NOT_YET, Act.DECLINE, Act.WITHDRAW, Act.NO}
    assert kept == {
        (state.value, act.value, target.value)
        for state, acts in TRANSITIONS.items()
        for act, target in acts.items()
        if act in answers
    }


STEPS = st.tuples(st.sampled_from([*(act.value for act in Act if act != Act.FOUND), "forge"]), st.booleans())


def test_no_history_reaches_an_impossible_state(north):
    counter = iter(range(10**6))

    @settings(max_examples=20, deadline=None)
    @given(history=st.lists(STEPS, max_size=10))
    def live(history):
        number = next(counter)
        cora = somebody(north, f"Cora {number}", "patient")
        drew = somebody(north, f"Drew {number}", "clinician")
        go_through(north, cora, drew, history)

    live()


def go_through(north, cora, drew, history):
    introduction, declined, yes = asked(north, cora, drew), False, set()
    for step, by_asked in history:
        who = drew if by_asked else cora
        with inside(north, who):
            before = State(Introduction.objects.get().state)
        try:
            with inside(north, who):
                do(step, introduction, who)
            done = True
        except (DomainError, DatabaseError):
            done = False
        with inside(north, who):
            now = State(Introduction.objects.get().state)
            pairs = Pair.objects.count()
        wanted = expected(before, step, by_asked, declined)
        if step == "yes" and wanted:
            yes.add(who.pk)
            target = State.FOUNDED if len(yes) == 2 else before
        elif step == "yes" and before == State.FOUNDED:
            wanted, target = True, before
        else:
            target = after(before, Act(step)) if wanted else before
        declined = declined or (step == "decline" and wanted)
        assert (done, now) == (wanted, target)
        assert pairs == (now == State.FOUNDED)
        if pairs:
            with inside(north, who):
                assert {seat.member_id for seat in Seat.objects.all()} == {cora.pk, drew.pk}
    with inside(north, drew):
        assert Declined.objects.count() == declined


def do(step, introduction, who):
    if step == "forge":
        sql("UPDATE finder_introduction SET state = 'accepted', accepted_at = now()")
    elif step == "plan":
        actions.plan_meeting(introduction=introduction, meeting="x", by=who)
    elif step in ("yes", "no"):
        getattr(actions, f"say_{step}")(introduction=introduction, by=who)
    else:
        getattr(actions, step)(introduction=introduction, by=who)


def expected(before, step, by_asked, declined):
    """Whether the table lets this person do it."""
    if step == "forge" or not may(before, Act(step)):
        return False
    if step in ("accept", "not_yet", "decline"):
        return by_asked and not declined
    return not by_asked if step == "withdraw" else True
