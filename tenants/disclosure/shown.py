"""What others see of a pair: plain values that cannot carry more than was signed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.formats import localize
from django.utils.translation import gettext as _

from rollout.kernel import charts
from rollout.kernel.dates import date_format


class Pick(NamedTuple):
    """One thing that is shown: a class of rows that a pair has once, or one row of it."""

    row_class: str
    item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A partner whose name is shown."""

    id: UUID
    name: str
    side: str
    side_words: str


@dataclass(frozen=True, slots=True)
class ShownProject:
    """What a pair works on and why, as both partners signed it."""

    theme: str
    theme_words: str
    place: str
    aim: str
    how_much: str
    by_when: date
    whose_issue: str
    how_we_know: str

    @property
    def facts(self) -> list[dict[str, str]]:
        """The whole of it, line by line, for components/summary_list.html."""
        said = (
            (_("What it is mainly about"), self.theme_words),
            (_("Where"), self.place),
            (_("What changes"), self.aim),
            (_("How much"), self.how_much),
            (_("By when"), date_format(self.by_when, "DATE_FORMAT")),
            (_("Whose issue it is"), self.whose_issue),
            (_("How we know"), self.how_we_know),
        )
        return [{"key": name, "value": text} for name, text in said]


@dataclass(frozen=True, slots=True)
class ShownSupport:
    """A request for the protected time that was agreed and could not be given, with the hours of those months."""

    id: UUID
    first_month: date
    last_month: date
    hours_agreed: Decimal
    hours_given: Decimal
    text: str
    written_at: datetime

    @property
    def finding(self) -> str:
        """The hours in one sentence."""
        return _(
            "From %(first)s to %(last)s: %(agreed)s protected hours were agreed for the professional, and %(given)s "
            "could be given."
        ) % {
            "first": date_format(self.first_month, "YEAR_MONTH_FORMAT"),
            "last": date_format(self.last_month, "YEAR_MONTH_FORMAT"),
            "agreed": _plain(self.hours_agreed),
            "given": _plain(self.hours_given),
        }


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision that both partners signed."""

    id: UUID
    title: str
    text: str
    state: str
    state_words: str
    agreed_at: datetime | None


class ShownPoint(NamedTuple):
    """One dated value of a measure."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result that both partners signed, confirmed by a witness or not."""

    id: UUID
    title: str
    measure: str
    unit: str
    higher_is_better: bool
    baseline_value: Decimal
    baseline_on: date
    current_value: Decimal
    current_on: date
    direction: str
    direction_words: str
    place: str
    evidence: str
    side_effects: str
    not_achieved: str
    state: str
    state_words: str
    claimed_at: datetime | None
    corroborated_at: datetime | None
    points: tuple[ShownPoint, ...]

    @property
    def is_corroborated(self) -> bool:
        """Whether somebody independent has confirmed it."""
        return self.state == "corroborated"

    @property
    def series(self) -> tuple[ShownPoint, ...]:
        """The values over time: start and now, with the dated ones between them."""
        values = {self.baseline_on: self.baseline_value, self.current_on: self.current_value}
        values |= {point.on: point.value for point in self.points}
        return tuple(ShownPoint(on, value) for on, value in sorted(values.items()))

    @property
    def finding(self) -> str:
        """The result in one sentence."""
        return _("%(measure)s: from %(start)s to %(now)s %(unit)s. %(direction)s.") % {
            "measure": self.measure,
            "start": _plain(self.baseline_value),
            "now": _plain(self.current_value),
            "unit": self.unit,
            "direction": self.direction_words,
        }

    @property
    def figure(self) -> charts.Figure:
        """The chart of the values over time, with its sentence and its table."""
        series = self.series
        moments = [date_format(point.on, "SHORT_DATE_FORMAT") for point in series]
        return charts.Figure(
            svg=charts.run_chart(
                [charts.Line(_("Value"), tuple(float(point.value) for point in series))],
                moments,
                title=self.title,
                description=self.finding,
                unit=self.unit,
            ),
            finding=self.finding,
            caption=self.title,
            columns=(_("Date"), {"label": f"{self.measure} ({self.unit})", "number": True}),
            rows=tuple((date_format(point.on, "DATE_FORMAT"), _plain(point.value)) for point in series),
        )


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair as one reader sees it. `None` means that the pair has not shown it; nothing tells what else there is.

    `since` and `until` are when the showing begins and ends; `audiences` by which kinds of audience this
    reader sees it ("sponsor", "board", "organisation"). What has a default may lack in a paper of earlier days.
    """

    id: UUID
    title: str
    site: str
    has_ended: bool
    people: tuple[ShownPerson, ...] | None
    shared_task: str | None
    decisions: tuple[ShownDecision, ...]
    results: tuple[ShownResult, ...]
    since: datetime
    until: datetime | None
    audiences: frozenset[str]
    project: ShownProject | None = None
    support: tuple[ShownSupport, ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """What readers do not read but what opens the page to them: the picks, and from when until when."""

    picks: frozenset[Pick]
    since: datetime
    until: datetime | None
    audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """What a pair's own partners are told about one package that is signed: to whom, what, from when, until when."""

    surfacing_id: UUID
    audience: str
    audience_id: UUID
    what: tuple[str, ...]
    since: datetime
    until: datetime | None
    is_in_force: bool


def _plain(value: Decimal) -> str:
    whole = value.to_integral_value()
    return str(localize(int(whole) if value == whole else value.normalize()))
