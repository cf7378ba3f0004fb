"""The tables of what is agreed: every state, every act, and the same tables in the database."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.agreement.models import State
from tenants.agreement.policy import LINE, VERSION, Act, after, may

LINES = [
    (State.BLANK, {"write"}),
    (State.PROPOSED, {"write", "sign", "agree", "contest"}),
    (State.CONTESTED, {"write", "contest"}),
    (State.AGREED, {"write", "contest", "depart"}),
    (State.FORMER, {"write", "sign", "agree", "contest"}),
]
VERSIONS = [
    (State.PROPOSED, {"write", "sign", "agree", "withdraw"}),
    (State.AGREED, {"withdraw", "replace", "depart"}),
    (State.FORMER, {"sign", "agree", "withdraw", "replace"}),
    (State.WITHDRAWN, set()),
    (State.REPLACED, set()),
]


@pytest.mark.parametrize(
    ("table", "state", "possible"), [*((LINE, *row) for row in LINES), *((VERSION, *row) for row in VERSIONS)]
)
def test_what_is_possible_in_each_state(table, state, possible):
    assert {act.value for act in Act if may(table, state, act)} == possible


def test_the_tables_know_their_states():
    assert set(LINE) == {state for state, _possible in LINES}
    assert set(VERSION) == {state for state, _possible in VERSIONS}


@pytest.mark.parametrize("table", [LINE, VERSION])
@given(acts=st.lists(st.sampled_from(Act), max_size=20))
def test_no_history_is_agreed_without_the_second_key(table, acts):
    state, signed = State.PROPOSED, False
    for act in acts:
        if may(table, state, act):
            state = after(table, state, act)
            signed = act == Act.AGREE or (signed and state == State.AGREED)
        assert state in table
        assert (state != State.AGREED) or signed


@pytest.mark.parametrize(("table", "kept"), [(LINE, "_LINE"), (VERSION, "_VERSION")])
def test_the_database_keeps_the_same_tables(table, kept):
    guards = import_module("tenants.agreement.migrations.0003_guards")
    steps = {
        f"{state.value} {target.value}"
        for state, acts in table.items()
        for act, target in acts.items()
        if target != state and act != Act.DEPART and state != State.BLANK
    }
    assert set(getattr(guards, kept)) == steps
