"""What may become of a meeting, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum

from tenants.meetings.models import Meeting

State = Meeting.State


class Act(StrEnum):
    """What people do with a meeting. CHOOSE is the second key: it is for who did not offer the times."""

    OFFER = "offer"
    CHOOSE = "choose"
    ASK = "ask"
    DECLINE = "decline"
    CANCEL = "cancel"
    HOLD = "hold"
    MISS = "miss"
    NOTE = "note"
    DEPART = "depart"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.PROPOSED: {
        Act.OFFER: State.PROPOSED,
        Act.CHOOSE: State.AGREED,
        Act.ASK: State.ASKED,
        Act.DECLINE: State.DECLINED,
        Act.CANCEL: State.CANCELLED,
        Act.DEPART: State.CANCELLED,
    },
    State.ASKED: {
        Act.OFFER: State.PROPOSED,
        Act.CANCEL: State.CANCELLED,
        Act.DEPART: State.CANCELLED,
    },
    State.AGREED: {
        Act.OFFER: State.PROPOSED,
        Act.CANCEL: State.CANCELLED,
        Act.HOLD: State.HELD,
        Act.MISS: State.NOT_HELD,
        Act.NOTE: State.AGREED,
        Act.DEPART: State.CANCELLED,
    },
    State.HELD: {Act.NOTE: State.HELD},
    State.NOT_HELD: {Act.NOTE: State.NOT_HELD},
    State.DECLINED: {},
    State.CANCELLED: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""

OF_THE_OTHER = frozenset({Act.CHOOSE, Act.ASK, Act.DECLINE})
"""Acts of the one who did not offer the times."""

AFTER_THE_TIME = frozenset({Act.HOLD, Act.MISS})
"""Acts that wait until the meeting should have begun."""


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]


def acts_for(state: str, *, is_mine: bool, has_begun: bool) -> frozenset[Act]:
    """What a partner can do now. `is_mine` says that this partner offered the times."""
    acts = frozenset(TRANSITIONS[State(state)]) - {Act.DEPART}
    if is_mine:
        acts -= OF_THE_OTHER
    return acts if has_begun else acts - AFTER_THE_TIME
