"""What may become of an application, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum

from tenants.applications.models import Application

State = Application.State


class Act(StrEnum):
    """What people do with an application. SUBMIT is the second key; DEPART is what happens when a partner leaves."""

    CHOOSE_HOST = "choose_host"
    SIGN = "sign"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    DEPART = "depart"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.DRAFT: {
        Act.CHOOSE_HOST: State.DRAFT,
        Act.SIGN: State.DRAFT,
        Act.SUBMIT: State.SUBMITTED,
        Act.DEPART: State.WITHDRAWN,
    },
    State.SUBMITTED: {Act.WITHDRAW: State.WITHDRAWN, Act.DEPART: State.WITHDRAWN},
    State.WITHDRAWN: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""

OPEN = frozenset(state for state, acts in TRANSITIONS.items() if acts)
"""The states that are not over: a pair has one such application at a time."""


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]
