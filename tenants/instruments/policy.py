"""What may become of a round, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tenants.instruments.models import Round

if TYPE_CHECKING:
    from datetime import datetime

State = Round.State


class Act(StrEnum):
    """What happens to a round. COMPLETE is the last answer that was missing, KEEP the same while one is kept sealed."""

    ANSWER = "answer"
    COMPLETE = "complete"
    KEEP = "keep"
    SHOW = "show"
    CLOSE = "close"
    REMARK = "remark"
    REPLACE = "replace"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.OPEN: {
        Act.ANSWER: State.OPEN,
        Act.COMPLETE: State.REVEALED,
        Act.KEEP: State.KEPT,
        Act.CLOSE: State.CLOSED,
    },
    State.KEPT: {Act.SHOW: State.REVEALED},
    State.REVEALED: {Act.REMARK: State.REVEALED, Act.REPLACE: State.REVEALED},
    State.CLOSED: {},
}
"""State → act → the state after it. What is not here is refused, by the actions and by the database."""


def state_at(state: str, closes_at: datetime, now: datetime) -> State:
    """The state at a moment: an open round whose time has come is closed, whether anybody has written that or not."""
    return State.CLOSED if state == State.OPEN and closes_at <= now else State(state)


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]


def on_answer(given: int, wanted: int, *, is_private: bool, is_kept: bool) -> Act:
    """What an answer does to an open round of which `given` of `wanted` answers are in with it."""
    if given < wanted:
        return Act.ANSWER
    return Act.KEEP if is_private or is_kept else Act.COMPLETE
