"""The tables of decisions, results and witnesses: every state, every act, and the same in the database."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from tenants.projects import migrations
from tenants.projects.policy import OPEN, TRANSITIONS, Act, State, after, may, results, witnesses

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


RESULTS = [
    (results.State.DRAFT, {"edit", "sign", "claim"}),
    (results.State.CLAIMED, {"edit", "ask", "confirm", "disprove"}),
    (results.State.CORROBORATED, {"edit", "ask", "confirm", "lapse", "disprove"}),
    (results.State.DISPROVED, set()),
]


@pytest.mark.parametrize(("state", "possible"), RESULTS)
def test_what_is_possible_with_a_result(state, possible):
    assert {act.value for act in results.Act if results.may(state, act)} == possible
    assert set(results.TRANSITIONS) == set(results.State) == {known for known, _possible in RESULTS}


def test_a_result_is_claimed_by_two_keys_and_corroborated_by_a_witness_alone():
    leading = {
        target: {act for acts in results.TRANSITIONS.values() for act, state in acts.items() if state == target}
        for target in results.State
    }
    assert leading[results.State.CLAIMED] == {results.Act.CLAIM, results.Act.LAPSE, results.Act.ASK}
    assert leading[results.State.CORROBORATED] == {results.Act.CONFIRM, results.Act.ASK}
    assert leading[results.State.DISPROVED] == {results.Act.DISPROVE}


def test_the_database_keeps_the_table_of_results():
    (name,) = (path.stem for path in Path(migrations.__path__[0]).glob("*_results_move.py"))
    guards = import_module(f"tenants.projects.migrations.{name}").Migration.operations
    body = next(operation.body for operation in guards if operation.name == "result_moves_as_signed")
    assert {tuple(words.split()) for words in re.findall(r"'([a-z]+ [a-z]+)'", body)} == {
        (state.value, target.value)
        for state, acts in results.TRANSITIONS.items()
        for target in acts.values()
        if target != state
    }


def test_what_is_possible_with_a_question_to_a_witness():
    possible = {
        state.value: {act.value for act in witnesses.Act if witnesses.may(state, act)} for state in witnesses.State
    }
    assert possible == {
        "open": {"answer", "change", "expire"}, "changed": {"return", "expire"}, "answered": {"withdraw"},
        "withdrawn": set(), "expired": set(),
    }  # fmt: skip
