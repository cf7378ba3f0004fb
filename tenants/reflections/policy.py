"""What may become of a reflection together, and of a sentence for others. Pure: no person, no page, no database."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from tenants.reflections.models import LearningShare, PairReflection

State = PairReflection.State
Shared = LearningShare.State

EVERY = timedelta(weeks=4)
"""How far one time to reflect is from the next, unless the pair chooses another day."""
FARTHEST = timedelta(days=731)
"""Nobody plans a time to reflect for later than that."""


class Act(StrEnum):
    """What people do with a reflection together. AGREE is the second key; LEAVE is a partner's going."""

    MOVE = "move"
    WRITE_PART = "write_part"
    WRITE = "write"
    SIGN = "sign"
    AGREE = "agree"
    TALK = "talk"
    MISS = "miss"
    LEAVE = "leave"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.PLANNED: {
        Act.MOVE: State.PLANNED,
        Act.WRITE_PART: State.PLANNED,
        Act.WRITE: State.PLANNED,
        Act.SIGN: State.PLANNED,
        Act.AGREE: State.WRITTEN,
        Act.TALK: State.TALKED,
        Act.MISS: State.MISSED,
        Act.LEAVE: State.ENDED,
    },
    State.WRITTEN: {},
    State.TALKED: {},
    State.MISSED: {},
    State.ENDED: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""


class ShareAct(StrEnum):
    """What people do with a sentence for others. AGREE is the second key; either key alone takes it back."""

    SIGN = "sign"
    AGREE = "agree"
    WITHDRAW = "withdraw"


SHARING: dict[Shared, dict[ShareAct, Shared]] = {
    Shared.PROPOSED: {
        ShareAct.SIGN: Shared.PROPOSED,
        ShareAct.AGREE: Shared.AGREED,
        ShareAct.WITHDRAW: Shared.WITHDRAWN,
    },
    Shared.AGREED: {ShareAct.WITHDRAW: Shared.WITHDRAWN},
    Shared.WITHDRAWN: {},
}


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]


def next_day(planned_on: date, today: date) -> date:
    """The day of the next reflection: four weeks on, and never one that has passed."""
    return max(planned_on + EVERY, today + timedelta(days=1))
