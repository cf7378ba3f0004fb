"""What each figure means, in one place: the same words beside the figure and in the annex of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN = _("The pairs that show themselves to the readers of this report")


class Unit(StrEnum):
    """What a figure is counted in."""

    PERCENT = "%"
    DAYS = "days"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: its code, its name, what is counted, its unit, a note, and whom it speaks about."""

    code: str
    name: _StrPromise
    formula: _StrPromise
    unit: Unit
    note: _StrPromise | str = ""
    population: _StrPromise = SHOWN


JOINT_DECISIONS = Definition(
    "PR3",
    _("Decisions made together"),
    _("Decisions that stand with two signatures, divided by all decisions that stand, in the period"),
    Unit.PERCENT,
    _("It should be 100 %. Anything else is a fault of the system."),
)
TIME_TO_SIGN = Definition(
    "PR4",
    _("Time until both have signed"),
    _("The middle value of the days from the day a decision was proposed to the second signature, in the period"),
    Unit.DAYS,
    _("Who signed first is known to the pair alone."),
)
CONFIRMED_RESULTS = Definition(
    "RS1",
    _("Confirmed results"),
    _("Results that somebody independent confirmed in the period, and all confirmed results so far"),
    Unit.COUNT,
)
CHANGE = Definition(
    "RS2",
    _("Change since the start"),
    _("The value now minus the value at the start, divided by the value at the start"),
    Unit.PERCENT,
    _("Plus means better and minus means worse, also where a smaller number is the better one."),
)
OPEN_ABOUT_FAILURE = Definition(
    "RS4",
    _("Results without a change, or with harm"),
    _("Results that show no change or got worse, divided by all results that are shown"),
    Unit.PERCENT,
    _("Learning needs these. If there are none for a whole year, ask why."),
)

ALL = (JOINT_DECISIONS, TIME_TO_SIGN, CONFIRMED_RESULTS, CHANGE, OPEN_ABOUT_FAILURE)
BY_CODE = {definition.code: definition for definition in ALL}
