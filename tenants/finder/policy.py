"""What may become of an introduction, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tenants.finder.models import Introduction

State = Introduction.State

DAYS = 30
"""An introduction that nobody answers lapses after so many days. So does one that was declined: nobody can tell."""
MOST_OPEN = 5
"""So many may one person have asked for at a time."""


class Act(StrEnum):
    """What the two do. FOUND is the second yes. DECLINE changes nothing that the asker could read."""

    ACCEPT = "accept"
    NOT_YET = "not_yet"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    PLAN = "plan"
    YES = "yes"
    NO = "no"
    FOUND = "found"


OF_ASKER = frozenset({Act.WITHDRAW})
OF_ASKED = frozenset({Act.ACCEPT, Act.NOT_YET, Act.DECLINE})

TRANSITIONS: dict[State, dict[Act, State]] = {
    State.ASKED: {
        Act.ACCEPT: State.ACCEPTED,
        Act.NOT_YET: State.NOT_YET,
        Act.DECLINE: State.ASKED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.NOT_YET: {
        Act.ACCEPT: State.ACCEPTED,
        Act.NOT_YET: State.NOT_YET,
        Act.DECLINE: State.NOT_YET,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.ACCEPTED: {
        Act.PLAN: State.ACCEPTED,
        Act.YES: State.ACCEPTED,
        Act.NO: State.ENDED,
        Act.FOUND: State.FOUNDED,
    },
    State.WITHDRAWN: {},
    State.ENDED: {},
    State.FOUNDED: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""

WAITING = frozenset(state for state, acts in TRANSITIONS.items() if Act.ACCEPT in acts)
"""The states that wait for an answer."""
OPEN = frozenset(state for state, acts in TRANSITIONS.items() if acts)
"""The states that are not over."""


def may(state: str, act: Act, *, lapsed: bool = False) -> bool:
    """Whether this act is possible in this state, whoever does it. What has lapsed waits for nobody any more."""
    return act in TRANSITIONS[State(state)] and not (lapsed and state in WAITING)


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return TRANSITIONS[State(state)][act]


def lapsed(state: str, lapses_at: datetime, now: datetime) -> bool:
    """Whether nobody answered in time."""
    return state in WAITING and lapses_at <= now
