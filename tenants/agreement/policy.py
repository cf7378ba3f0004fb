"""What may become of a line, a principle or a time agreement, and what hours lack. Nothing here knows a person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from tenants.agreement.models import State
from tenants.members.models import Side

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenants.agreement.models import HoursGiven, TimeAgreement


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


MONTHS_LOOKED_AT = 6


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Protected hours of the professional that were agreed and not given, over the months in which they counted."""

    first_month: date
    last_month: date
    agreed: Decimal
    given: Decimal


def back(month: date, months: int) -> date:
    """The first day of the month so many months before."""
    year, index = divmod(month.year * 12 + month.month - 1 - months, 12)
    return month.replace(year=year, month=index + 1)


def held_in(month: date, agreements: Sequence[TimeAgreement]) -> TimeAgreement | None:
    """The agreement that held in a month: the one that began last of those that had not been withdrawn before it."""
    after_it = back(month, -1)
    held = [
        agreement
        for agreement in agreements
        if agreement.agreed_at is not None
        and agreement.since < after_it
        and not (agreement.state == State.WITHDRAWN and agreement.ended_at and agreement.ended_at.date() < month)
    ]
    return max(held, key=lambda agreement: (agreement.since, agreement.agreed_at), default=None)


def shortfall(agreements: Sequence[TimeAgreement], given: Sequence[HoursGiven], today: date) -> Shortfall | None:
    """What protected time lacks in the last six whole months, or None when nothing does.

    A month in which the professional counted nothing says nothing. Hours that were given out of free time were not
    protected, so they do not fill the gap.
    """
    this = today.replace(day=1)
    counted: dict[date, tuple[Decimal, Decimal]] = {}
    for one in given:
        if one.seat.side == Side.PROFESSIONAL and back(this, MONTHS_LOOKED_AT) <= one.month < this:
            held = held_in(one.month, agreements)
            if held is not None and held.is_protected:
                agreed, so_far = counted.get(one.month, (held.hours_professional, Decimal(0)))
                counted[one.month] = (agreed, so_far + (one.hours if one.is_covered else 0))
    wanted = sum((agreed for agreed, _given in counted.values()), Decimal(0))
    found = sum((given for _agreed, given in counted.values()), Decimal(0))
    return Shortfall(min(counted), max(counted), wanted, found) if found < wanted else None
