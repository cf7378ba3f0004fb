"""What may become of a result, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum

from tenants.projects.models import ResultClaim

State = ResultClaim.State


class Act(StrEnum):
    """What people do with a result. CLAIM is the second key, CONFIRM a yes, LAPSE its end."""

    EDIT = "edit"
    SIGN = "sign"
    CLAIM = "claim"
    ASK = "ask"
    CONFIRM = "confirm"
    LAPSE = "lapse"
    DISPROVE = "disprove"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.EDIT: State.DRAFT, Act.SIGN: State.DRAFT, Act.CLAIM: State.CLAIMED},
    State.CLAIMED: {
        Act.EDIT: State.DRAFT,
        Act.ASK: State.CLAIMED,
        Act.CONFIRM: State.CORROBORATED,
        Act.DISPROVE: State.DISPROVED,
    },
    State.CORROBORATED: {
        Act.EDIT: State.DRAFT,
        Act.ASK: State.CORROBORATED,
        Act.CONFIRM: State.CORROBORATED,
        Act.LAPSE: State.CLAIMED,
        Act.DISPROVE: State.DISPROVED,
    },
    State.DISPROVED: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]
