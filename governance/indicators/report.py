"""A report as plain frozen data: what was shown to one reader, and the figures that follow from it.

Nothing here asks the database. The same data feeds the page, the snapshot of a pack, its page and its PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from governance.indicators.definitions import (
    CONFIRMED_RESULTS,
    JOINT_DECISIONS,
    OPEN_ABOUT_FAILURE,
    TIME_TO_SIGN,
    Definition,
)
from governance.journey.policy import Evidence
from rollout.kernel.dates import day_of
from tenants.disclosure.shown import ShownPair, ShownResult

DISPROVED = "disproved"
BETTER = "better"
OTHER_THEME = "other"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    start: date
    end: date

    def holds(self, on: date | None) -> bool:
        """Whether a day lies in the period."""
        return on is not None and self.start <= on <= self.end


@dataclass(frozen=True, slots=True)
class PairReport:
    """What one pair shows, the evidence of its journey, and how many days its decisions waited for both signatures.

    The days are those of the decisions that were signed in the period.
    """

    shown: ShownPair
    evidence: Evidence
    days_to_sign: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `value` None means "not shown": there is nothing to count, or too little."""

    code: str
    value: Decimal | None
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The pairs whose projects are mainly about the same. Whoever does not show their project stands in none."""

    theme: str
    theme_words: str
    pairs: tuple[ShownPair, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one reader is shown about a period, as it stood on one day."""

    period: Period
    on: date
    pairs: tuple[PairReport, ...]
    indicators: tuple[Indicator, ...]

    @property
    def themes(self) -> tuple[ThemeGroup, ...]:
        """The pairs that show their projects, by what these are mainly about. What fits no theme comes last."""
        groups: dict[tuple[bool, str, str], list[ShownPair]] = {}
        for pair in self.pairs:
            if project := pair.shown.project:
                groups.setdefault((project.theme == OTHER_THEME, project.theme_words, project.theme), []).append(
                    pair.shown
                )
        return tuple(
            ThemeGroup(theme, words, tuple(shown)) for (_is_last, words, theme), shown in sorted(groups.items())
        )


def report_of(pairs: Sequence[PairReport], *, period: Period, on: date) -> Report:
    """The report that follows from what the pairs show."""
    return Report(period, on, tuple(pairs), indicators_of(pairs, period))


def indicators_of(pairs: Sequence[PairReport], period: Period) -> tuple[Indicator, ...]:
    """The figures over the pairs shown. Without pairs there are none, not even a zero."""
    if not pairs:
        codes = (JOINT_DECISIONS, TIME_TO_SIGN, CONFIRMED_RESULTS, OPEN_ABOUT_FAILURE)
        return tuple(Indicator(definition.code, None, None, None) for definition in codes)
    signed = sum(period.holds(day_of(made.agreed_at)) for pair in pairs for made in pair.shown.decisions)
    waited = [days for pair in pairs for days in pair.days_to_sign]
    results = [result for pair in pairs for result in pair.shown.results if result.state != DISPROVED]
    confirmed = [result for result in results if result.is_corroborated]
    lately = sum(period.holds(day_of(result.corroborated_at)) for result in confirmed)
    unwelcome = sum(result.direction != BETTER for result in results)
    return (
        # A decision without both signatures cannot stand: the database refuses it.
        _share(JOINT_DECISIONS, signed, signed),
        Indicator(TIME_TO_SIGN.code, _middle(waited), None, len(waited) or None),
        Indicator(CONFIRMED_RESULTS.code, Decimal(lately), lately, len(confirmed)),
        _share(OPEN_ABOUT_FAILURE, unwelcome, len(results)),
    )


def change_of(result: ShownResult) -> Decimal | None:
    """Change against the start in per cent, plus for better; None where the start was zero."""
    if not result.baseline_value:
        return None
    share = (result.current_value - result.baseline_value) / abs(result.baseline_value) * 100
    return _rounded(share if result.higher_is_better else -share)


def _middle(days: Sequence[int]) -> Decimal | None:
    return _rounded(Decimal(str(median(days)))) if days else None


def _share(definition: Definition, part: int, whole: int) -> Indicator:
    if not whole:
        return Indicator(definition.code, None, None, None)
    return Indicator(definition.code, _rounded(Decimal(part) / whole * 100), part, whole)


def _rounded(value: Decimal) -> Decimal:
    """To one place, without a needless zero."""
    shown = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = shown.to_integral_value()
    return whole if shown == whole else shown
