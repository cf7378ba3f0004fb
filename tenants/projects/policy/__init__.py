"""What may become of a decision, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum

from tenants.projects.models import Decision

State = Decision.State


class Act(StrEnum):
    """What people do with a decision. AGREE is the second key, REPLACE the second key on its successor."""

    EDIT = "edit"
    PROPOSE = "propose"
    SIGN = "sign"
    AGREE = "agree"
    CONTEST = "contest"
    PARK = "park"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    REPLACE = "replace"
    DEPART = "depart"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.DRAFT: {
        Act.EDIT: State.DRAFT,
        Act.PROPOSE: State.PROPOSED,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.DEPART: State.VOID_ON_DEPARTURE,
    },
    State.PROPOSED: {
        Act.EDIT: State.PROPOSED,
        Act.SIGN: State.PROPOSED,
        Act.AGREE: State.AGREED,
        Act.CONTEST: State.CONTESTED,
        Act.PARK: State.PARKED,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.DEPART: State.VOID_ON_DEPARTURE,
    },
    State.CONTESTED: {
        Act.EDIT: State.CONTESTED,
        Act.CONTEST: State.CONTESTED,
        Act.PARK: State.PARKED,
        Act.REOPEN: State.PROPOSED,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.DEPART: State.VOID_ON_DEPARTURE,
    },
    State.PARKED: {
        Act.EDIT: State.PARKED,
        Act.PARK: State.PARKED,
        Act.REOPEN: State.PROPOSED,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.DEPART: State.VOID_ON_DEPARTURE,
    },
    State.AGREED: {Act.SUPERSEDE: State.AGREED, Act.REPLACE: State.SUPERSEDED},
    State.WITHDRAWN: {},
    State.SUPERSEDED: {},
    State.VOID_ON_DEPARTURE: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""

OPEN = frozenset(state for state, acts in TRANSITIONS.items() if Act.DEPART in acts)
"""The states that still wait for something."""


OPEN_TO_OPTIONS = OPEN - {State.PROPOSED}
"""The states in which options are laid out and taken back. What is on the table stays as it is."""


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]
