"""What may become of a line, a principle or a time agreement, as tables. Pure: nothing here knows a person."""

from __future__ import annotations

from enum import StrEnum

from tenants.agreement.models import State


class Act(StrEnum):
    """What people do with a text. AGREE is the second key, REPLACE the second key on a newer version."""

    WRITE = "write"
    SIGN = "sign"
    AGREE = "agree"
    CONTEST = "contest"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    DEPART = "depart"


Table = dict[State, dict[Act, State]]

LINE: Table = {
    State.BLANK: {Act.WRITE: State.PROPOSED},
    State.PROPOSED: {
        Act.WRITE: State.PROPOSED,
        Act.SIGN: State.PROPOSED,
        Act.AGREE: State.AGREED,
        Act.CONTEST: State.CONTESTED,
    },
    State.CONTESTED: {Act.WRITE: State.PROPOSED, Act.CONTEST: State.CONTESTED},
    State.AGREED: {Act.WRITE: State.PROPOSED, Act.CONTEST: State.CONTESTED, Act.DEPART: State.FORMER},
    State.FORMER: {
        Act.WRITE: State.PROPOSED,
        Act.SIGN: State.FORMER,
        Act.AGREE: State.AGREED,
        Act.CONTEST: State.CONTESTED,
    },
}
"""One of the five lines: it has one text at a time, and one key closes it again."""

VERSION: Table = {
    State.PROPOSED: {
        Act.WRITE: State.PROPOSED,
        Act.SIGN: State.PROPOSED,
        Act.AGREE: State.AGREED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.AGREED: {Act.WITHDRAW: State.WITHDRAWN, Act.REPLACE: State.REPLACED, Act.DEPART: State.FORMER},
    State.FORMER: {
        Act.SIGN: State.FORMER,
        Act.AGREE: State.AGREED,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.REPLACE: State.REPLACED,
    },
    State.WITHDRAWN: {},
    State.REPLACED: {},
}
"""A wording of a principle, or a time agreement: what was signed once never changes, it is replaced or withdrawn."""

REVIEW_DAYS = 60
"""A principle that nobody looked at for so long is named to the two partners, and to nobody else."""


def may(table: Table, state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in table[State(state)]


def after(table: Table, state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return table[State(state)][act]
