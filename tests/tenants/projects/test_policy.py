"""The table of decisions: every state, every act, and the same table in the database."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from tenants.projects.policy import OPEN, TRANSITIONS, Act, State, after, may

TABLE = [
    (State.DRAFT, {"edit", "propose", "withdraw", "depart"}),
    (State.PROPOSED, {"edit", "sign", "agree", "contest", "park", "withdraw", "depart"}),
    (State.CONTESTED, {"edit", "contest", "park", "reopen", "withdraw", "depart"}),
    (State.PARKED, {"edit", "park", "reopen", "withdraw", "depart"}),
    (State.AGREED, {"supersede", "replace"}),
    (State.WITHDRAWN, set()),
    (State.SUPERSEDED, set()),
    (State.VOID_ON_DEPARTURE, set()),
]


@pytest.mark.parametrize(("state", "possible"), TABLE)
def test_what_is_possible_in_each_state(state, possible):
    assert {act.value for act in Act if may(state, act)} == possible


def test_the_table_knows_every_state():
    assert set(TRANSITIONS) == set(State)
    assert {state for state, _possible in TABLE} == set(State)


def test_only_two_keys_lead_to_agreed():
    assert {act for state in State for act in Act if may(state, act) and after(state, act) == State.AGREED} == {
        Act.AGREE,
        Act.SUPERSEDE,
    }
    assert [state for state in State if may(state, Act.AGREE)] == [State.PROPOSED]


def test_open_states_end_when_a_partner_leaves():
    assert {State.DRAFT, State.PROPOSED, State.CONTESTED, State.PARKED} == OPEN


def test_the_database_keeps_the_same_table():
    guards = import_module("tenants.projects.migrations.0003_guards").Migration.operations
    body = next(operation.body for operation in guards if operation.name == "decision_moves_as_agreed")
    kept = {tuple(words.split()) for words in re.findall(r"'([a-z]+ [a-z]+)'", body)}
    table = {
        (state.value, target.value)
        for state, acts in TRANSITIONS.items()
        for act, target in acts.items()
        if target != state and act != Act.DEPART
    }
    assert kept == table
