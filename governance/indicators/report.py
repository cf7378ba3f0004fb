"""A report as plain frozen data: what was shown to one reader, and the figures that follow from it.

Nothing here asks the database. The same data feeds the page, the snapshot of a pack, its page and its PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from governance.indicators.definitions import (
    CONFIRMED_RESULTS,
    JOINT_DECISIONS,
    OPEN_ABOUT_FAILURE,
    TIME_TO_SIGN,
)
from governance.journey.policy import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    start: date
    end: date

    def holds(self, on: date | None) -> bool:
        """Whether a day lies in the period."""
        return on is not None and self.start <= on <= self.end


@dataclass(frozen=True, slots=True)
class Partner:
    """One of the two, by name and side."""

    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Point:
    """One dated value of a measure."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """A result that both partners signed."""

    title: str
    measure: str
    unit: str
    higher_is_better: bool
    baseline_value: Decimal
    baseline_on: date
    current_value: Decimal
    current_on: date
    direction: str
    place: str
    evidence: str
    side_effects: str
    not_achieved: str
    state: str
    claimed_on: date | None
    confirmed_on: date | None
    points: tuple[Point, ...]

    @property
    def change(self) -> Decimal | None:
        """Change against the start in per cent, plus for better; None where the start was zero."""
        if not self.baseline_value:
            return None
        share = (self.current_value - self.baseline_value) / abs(self.baseline_value) * 100
        return _rounded(share if self.higher_is_better else -share)


@dataclass(frozen=True, slots=True)
class CosignedDecision:
    """A decision that stands, or stood, with both signatures."""

    title: str
    text: str
    state: str
    proposed_on: date | None
    agreed_on: date


@dataclass(frozen=True, slots=True)
class PairReport:
    """What one pair shows to this reader. Empty means: not shown."""

    id: UUID
    title: str
    site: str
    partners: tuple[Partner, ...]
    task: str
    evidence: Evidence
    results: tuple[Result, ...]
    decisions: tuple[CosignedDecision, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `value` None means "not shown": there is nothing to count, or too little."""

    code: str
    value: Decimal | None
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one reader is shown about a period, as it stood on one day."""

    period: Period
    on: date
    pairs: tuple[PairReport, ...]
    indicators: tuple[Indicator, ...]


def report_of(pairs: Sequence[PairReport], *, period: Period, on: date) -> Report:
    """The report that follows from what the pairs show."""
    return Report(period, on, tuple(pairs), indicators_of(pairs, period))


def indicators_of(pairs: Sequence[PairReport], period: Period) -> tuple[Indicator, ...]:
    """The figures over the pairs shown. Without pairs there are none, not even a zero."""
    if not pairs:
        codes = (JOINT_DECISIONS, TIME_TO_SIGN, CONFIRMED_RESULTS, OPEN_ABOUT_FAILURE)
        return tuple(Indicator(definition.code, None, None, None) for definition in codes)
    agreed = [decision for pair in pairs for decision in pair.decisions if period.holds(decision.agreed_on)]
    results = [result for pair in pairs for result in pair.results if result.state != "disproved"]
    confirmed = [result for result in results if result.confirmed_on]
    lately = sum(period.holds(result.confirmed_on) for result in confirmed)
    unwelcome = sum(result.direction != "better" for result in results)
    return (
        # A decision without both signatures cannot stand: the database refuses it.
        _share(JOINT_DECISIONS.code, len(agreed), len(agreed)),
        _days_to_sign(agreed),
        Indicator(CONFIRMED_RESULTS.code, Decimal(lately), lately, len(confirmed)),
        _share(OPEN_ABOUT_FAILURE.code, unwelcome, len(results)),
    )


def _days_to_sign(agreed: Iterable[CosignedDecision]) -> Indicator:
    days = [(decision.agreed_on - decision.proposed_on).days for decision in agreed if decision.proposed_on]
    value = _rounded(Decimal(str(median(days)))) if days else None
    return Indicator(TIME_TO_SIGN.code, value, None, len(days) or None)


def _share(code: str, part: int, whole: int) -> Indicator:
    if not whole:
        return Indicator(code, None, None, None)
    return Indicator(code, _rounded(Decimal(part) / whole * 100), part, whole)


def _rounded(value: Decimal) -> Decimal:
    """To one place, without a needless zero."""
    shown = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return shown.to_integral_value() if shown == shown.to_integral_value() else shown
