"""The table of meetings: every state, every act, and the same table in the database."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.meetings.policy import AFTER_THE_TIME, OF_THE_OTHER, TRANSITIONS, Act, State, acts_for, after, may

TABLE = [
    (State.PROPOSED, {"offer", "choose", "ask", "decline", "cancel", "depart"}),
    (State.ASKED, {"offer", "cancel", "depart"}),
    (State.AGREED, {"offer", "cancel", "hold", "miss", "note", "depart"}),
    (State.HELD, {"note"}),
    (State.NOT_HELD, {"note"}),
    (State.DECLINED, set()),
    (State.CANCELLED, set()),
]


@pytest.mark.parametrize(("state", "possible"), TABLE)
def test_what_is_possible_in_each_state(state, possible):
    assert {act.value for act in Act if may(state, act)} == possible


def test_the_table_knows_every_state():
    assert set(TRANSITIONS) == set(State)
    assert {state for state, _possible in TABLE} == set(State)


def test_only_the_second_key_leads_to_agreed():
    leading = {act for state in State for act in Act if may(state, act) and after(state, act) == State.AGREED != state}
    assert leading == {Act.CHOOSE}
    assert Act.CHOOSE in OF_THE_OTHER


@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.booleans(), st.booleans()), max_size=20))
def test_whatever_people_try_a_meeting_that_is_over_stays_over_and_nobody_answers_themselves(history):
    state = State.PROPOSED
    for act, is_mine, has_begun in history:
        possible = acts_for(state, is_mine=is_mine, has_begun=has_begun)
        assert not (is_mine and possible & OF_THE_OTHER)
        assert has_begun or not possible & AFTER_THE_TIME
        assert Act.DEPART not in possible
        if act not in possible:
            continue
        before, state = state, after(state, act)
        if before in (State.DECLINED, State.CANCELLED, State.HELD, State.NOT_HELD):
            assert state == before
        if state == State.AGREED != before:
            assert (before, act, is_mine) == (State.PROPOSED, Act.CHOOSE, False)


def test_the_database_keeps_the_same_table():
    guards = import_module("tenants.meetings.migrations.0002_guards").Migration.operations
    body = next(operation.body for operation in guards if operation.name == "meeting_moves_as_agreed")
    kept = {tuple(words.split()) for words in re.findall(r"'([a-z]+ [a-z_]+)'", body)}
    table = {
        (state.value, target.value)
        for state, acts in TRANSITIONS.items()
        for act, target in acts.items()
        if target != state and act != Act.DEPART
    }
    assert kept == table
