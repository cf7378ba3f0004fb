"""A report in words and charts, in the language in force: the same sections for page, pack and PDF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.indicators.definitions import BY_CODE, CONFIRMED_RESULTS, Unit
from governance.indicators.report import BETTER, PairReport, Period, Report, ThemeGroup, change_of
from governance.journey.policy import Journey, journey_of
from governance.journey.rendering import strip
from rollout.kernel.charts import Figure
from rollout.kernel.dates import date_format, day_of
from tenants.disclosure.shown import ShownPair, ShownResult

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString

    from governance.indicators.report import Indicator

UNSEEN = _("There may be pairs here that you cannot see. That is how this programme works.")
NOT_SHOWN = _("Not shown")

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: where its link leads, its heading, and the template that draws it."""

    id: str
    label: str | _StrPromise
    template: str
    follows_on: bool = False


SECTIONS = (
    Section("journey", _("Where the pairs stand"), "indicators/sections/journey.html"),
    Section("themes", _("What the projects are about"), "indicators/sections/themes.html"),
    Section("results", _("Results"), "indicators/sections/results.html"),
    Section("decisions", _("Decisions signed by both partners"), "indicators/sections/decisions.html"),
    Section("withheld", _("What is not shown here, and why"), "indicators/sections/withheld.html"),
)


@dataclass(frozen=True, slots=True)
class ResultStory:
    """A result with its chart, the change in words, and the facts beside it."""

    shown: ShownResult
    figure: Figure
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PairStory:
    """One pair: who they are, its journey, its results."""

    shown: ShownPair
    who: str
    journey: Journey
    strip: SafeString
    results: tuple[ResultStory, ...]


@dataclass(frozen=True, slots=True)
class ReportStory:
    """A whole report, ready for the section templates. `unseen` is the same sentence whether it is true or not."""

    period: str
    pairs: tuple[PairStory, ...]
    themes: tuple[ThemeGroup, ...]
    figures: tuple[Row, ...]
    decisions: tuple[Row, ...]
    figure_columns: tuple[object, ...]
    decision_columns: tuple[object, ...]
    unseen: str

    @property
    def with_results(self) -> tuple[PairStory, ...]:
        """The pairs that show a result."""
        return tuple(pair for pair in self.pairs if pair.results)


def story_of(report: Report) -> ReportStory:
    """The report in the language in force."""
    return ReportStory(
        period=period_in_words(report.period),
        pairs=tuple(_pair(pair, report) for pair in report.pairs),
        themes=report.themes,
        figures=tuple(_figure_row(figure) for figure in report.indicators),
        decisions=tuple(_decision_rows(report.pairs)),
        figure_columns=(
            gettext("Figure"),
            {"label": gettext("Value"), "number": True},
            {"label": gettext("Counted"), "number": True},
        ),
        decision_columns=(gettext("Decision"), gettext("Pair"), gettext("What was decided"), gettext("Signed by both")),
        unseen=str(UNSEEN),
    )


def period_in_words(period: Period) -> str:
    """From the first day to the last."""
    return gettext("%(start)s to %(end)s") % {"start": date_format(period.start), "end": date_format(period.end)}


def who_in_words(pair: ShownPair) -> str:
    """Both partners by name, or that they do not show their names."""
    if not pair.people:
        return gettext("The partners do not show their names.")
    return gettext(" and ").join(person.name for person in pair.people)


def figure_value(figure: Indicator) -> str:
    """The value with its unit; a figure that is not shown says so."""
    if figure.value is None:
        return str(NOT_SHOWN)
    number = localize(figure.value)
    match BY_CODE[figure.code].unit:
        case Unit.DAYS:
            return ngettext("%(number)s day", "%(number)s days", ceil(figure.value)) % {"number": number}
        case Unit.PERCENT:
            return f"{number} %"
        case _:
            return str(number)


def _figure_row(figure: Indicator) -> Row:
    if figure.denominator is None:
        counted = gettext("Nothing to count yet")
    elif figure.code == CONFIRMED_RESULTS.code:
        counted = ngettext(
            "%(total)s confirmed result so far", "%(total)s confirmed results so far", figure.denominator
        ) % {"total": localize(figure.denominator)}
    elif figure.numerator is None:
        counted = ngettext("%(total)s decision", "%(total)s decisions", figure.denominator) % {
            "total": localize(figure.denominator)
        }
    else:
        counted = gettext("%(part)s of %(whole)s") % {
            "part": localize(figure.numerator),
            "whole": localize(figure.denominator),
        }
    return (str(BY_CODE[figure.code].name), figure_value(figure), counted)


def _pair(pair: PairReport, report: Report) -> PairStory:
    journey = journey_of(pair.evidence, today=report.on)
    return PairStory(
        shown=pair.shown,
        who=who_in_words(pair.shown),
        journey=journey,
        strip=strip(journey, title=gettext("The journey of “%(pair)s”") % {"pair": pair.shown.title}),
        results=tuple(_result(result) for result in pair.shown.results),
    )


def _result(result: ShownResult) -> ResultStory:
    # A screen reader hears the title of the picture alone, so the sentence belongs into it.
    figure = replace(replace(result, title=f"{result.title}. {result.finding}").figure, caption=result.title)
    facts = [
        (gettext("How it stands"), result.state_words),
        (gettext("Change since the start"), change_in_words(change_of(result))),
        (gettext("Where"), result.place),
        (gettext("How we know"), result.evidence),
        (gettext("Side effects"), result.side_effects),
        (gettext("What we did not achieve"), result.not_achieved),
    ]
    if confirmed_on := day_of(result.corroborated_at):
        facts.insert(1, (gettext("Confirmed on"), date_format(confirmed_on)))
    return ResultStory(result, figure, tuple((name, text) for name, text in facts if text))


def change_in_words(change: Decimal | None) -> str:
    """A change in per cent with its sign and its meaning."""
    if change is None:
        return gettext("Not a share: the value at the start was zero.")
    number = localize(abs(change))
    if change > 0:
        return gettext("+%(change)s %%, better") % {"change": number}
    return gettext("−%(change)s %%, worse") % {"change": number} if change else gettext("0 %, no change")


def _decision_rows(pairs: Iterable[PairReport]) -> Iterable[Row]:
    for pair in pairs:
        for decision in pair.shown.decisions:
            on = day_of(decision.agreed_at)
            yield (decision.title, pair.shown.title, decision.text, date_format(on) if on else "")


def unwelcome_results(report: Report) -> list[ShownResult]:
    """Results without a change, or with harm: what can be learned from most."""
    return [result for pair in report.pairs for result in pair.shown.results if result.direction != BETTER]
