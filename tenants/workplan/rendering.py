"""A project in words and pictures, for pages and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from rollout.kernel import charts
from rollout.kernel.dates import date_format
from rollout.kernel.files import Cell, csv_safe
from tenants.members.models import Side
from tenants.pairs.rendering import Tag
from tenants.workplan.models import Milestone, Planned, PlanTask, ProjectFrame, Stakeholder, Who
from tenants.workplan.queries import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from tenants.pairs.models import Pair, Seat
    from tenants.pairs.queries import Sides
    from tenants.workplan.models import Measure, PairFile
    from tenants.workplan.queries import Approaches

_STANCES = {
    Stakeholder.Stance.SUPPORTS: "green",
    Stakeholder.Stance.NEUTRAL: "grey",
    Stakeholder.Stance.WORRIED: "yellow",
    Stakeholder.Stance.AGAINST: "orange",
    Stakeholder.Stance.UNKNOWN: "grey",
}


def frame_tag(frame: ProjectFrame) -> Tag:
    """The state of a project."""
    return Tag(str(frame.get_state_display()), "green" if frame.state == ProjectFrame.State.ACTIVE else "grey")


def names_of(pair: Pair) -> dict[Any, str]:
    """Who holds or held each seat of a pair that came with its seats."""
    return {seat.pk: seat.member.name for seat in pair.seats.all()}


def name_of_side(who: str, sides: Sides) -> str:
    """The partner on a side by name; both by theirs."""
    if who == Who.BOTH:
        return _("Both of you")
    seats: list[Seat | None] = [sides.mine, sides.partner]
    return next((seat.member.name for seat in seats if seat and seat.side == who), str(Side(who).label) if who else "")


def who_choices(sides: Sides) -> list[tuple[str, str]]:
    """Both, and each of the two by name."""
    return [(who.value, name_of_side(who, sides)) for who in (Who.BOTH, Who.CITIZEN, Who.PROFESSIONAL)]


# Measures


def series_of(measure: Measure) -> list[tuple[date, Decimal]]:
    """The values of a measure in the order of their days, the start among them."""
    found = [
        (measure.baseline_on, measure.baseline_value),
        *((value.on, value.value) for value in measure.values.all()),
    ]
    return sorted(found)


def finding_of(measure: Measure) -> str:
    """What the values of a measure say, in one sentence."""
    series = series_of(measure)
    start, last = measure.baseline_value, series[-1][1]
    told = {"start": _plain(start), "last": _plain(last), "unit": measure.unit,
            "date": date_format(series[-1][0], "DATE_FORMAT")}  # fmt: skip
    if len(series) == 1:
        return _("%(start)s %(unit)s at the start. There is no later value yet.") % told
    if last == start:
        return _("%(last)s %(unit)s on %(date)s, as at the start.") % told
    if (last > start) == measure.higher_is_better:
        return _("%(last)s %(unit)s on %(date)s, against %(start)s at the start. That is better.") % told
    return _("%(last)s %(unit)s on %(date)s, against %(start)s at the start. That is not better.") % told


def figure_of(measure: Measure) -> charts.Figure:
    """The run chart of a measure, with what changed on each day in its table."""
    series = series_of(measure)
    told: dict[date, list[str]] = {}
    for note in measure.notes.all():
        told.setdefault(note.on, []).append(note.text)
    values = dict(series)
    finding = finding_of(measure)
    return charts.Figure(
        svg=charts.run_chart(
            [charts.Line(_("Value"), tuple(float(value) for _on, value in series))],
            [date_format(on, "SHORT_DATE_FORMAT") for on, _value in series],
            title=measure.name,
            description=finding,
            unit=measure.unit,
            level=(_("Start"), float(measure.baseline_value)),
        ),
        finding=finding,
        caption=measure.name,
        columns=(_("Date"), {"label": f"{measure.name} ({measure.unit})", "number": True}, _("What changed here")),
        rows=tuple(
            (date_format(on, "DATE_FORMAT"), _plain(values[on]) if on in values else "–", " · ".join(told.get(on, [])))
            for on in sorted({*values, *told})
        ),
    )


def entries_of(measure: Measure) -> list[dict[str, Any]]:
    """The values and notes that can be taken out again, the newest day first."""
    values = [(row.on, row.pk, f"{_plain(row.value)} {measure.unit}") for row in measure.values.all()]
    notes = [(row.on, row.pk, row.text) for row in measure.notes.all()]
    return [
        {"id": pk, "words": f"{date_format(on, 'DATE_FORMAT')}: {words}"}
        for on, pk, words in sorted([*values, *notes], reverse=True)
    ]


def measure_line(measure: Measure) -> dict[str, Any]:
    """A measure in the list of a pair."""
    url = reverse("workplan:measure", args=[measure.pair_id, measure.pk])
    return {"title": measure.name, "url": url, "detail": finding_of(measure)}


def measures_csv(measures: Iterable[Measure], names: dict[Any, str]) -> bytes:
    """Every value and note of a pair's measures as a table."""
    rows: list[Sequence[Cell]] = [
        (_("What we measure"), _("Unit"), _("Date"), _("Value"), _("What changed here"), _("Who added it"))
    ]
    for one in measures:
        rows.append(
            (one.name, one.unit, one.baseline_on, one.baseline_value, _("Start"), names.get(one.added_by_id, ""))
        )
        found: list[tuple[date, Decimal | None, str, Any]] = [
            *((row.on, row.value, "", row.added_by_id) for row in one.values.all()),
            *((row.on, None, row.text, row.added_by_id) for row in one.notes.all()),
        ]
        rows += [(one.name, one.unit, on, value, note, names.get(seat, ""))
                 for on, value, note, seat in sorted(found, key=lambda row: row[0])]  # fmt: skip
    return csv_safe(rows)


# The plan


def plan_line(line: PlanTask | Milestone, sides: Sides, today: date) -> dict[str, Any]:
    """One line of the plan: who, until when, and whether its day has passed."""
    told = [name_of_side(line.who, sides)] if isinstance(line, PlanTask) else []
    if line.due_on:
        told.append(_("until %(date)s") % {"date": date_format(line.due_on, "DATE_FORMAT")})
    if line.closed_at:
        done = _("reached on %(date)s") if isinstance(line, Milestone) else _("done on %(date)s")
        words = done if line.state == Planned.State.DONE else _("dropped on %(date)s")
        told.append(words % {"date": date_format(line.closed_at, "DATE_FORMAT")})
    is_late = bool(line.state == Planned.State.OPEN and line.due_on and line.due_on < today)
    return {"row": line, "words": " · ".join(told), "is_late": is_late, "kind": line._meta.model_name}


def tasks_csv(lines: Iterable[PlanTask | Milestone], sides: Sides, names: dict[Any, str]) -> bytes:
    """Tasks and milestones of a pair as a table."""
    rows: list[Sequence[Cell]] = [
        (_("What it is"), _("What"), _("Who"), _("Until when"), _("How it stands"), _("Closed on"), _("Who added it"))
    ]
    for line in lines:
        is_task = isinstance(line, PlanTask)
        rows.append(
            (
                _("Task") if is_task else _("Milestone"),
                line.text,
                name_of_side(line.who, sides) if isinstance(line, PlanTask) else "",
                line.due_on,
                str(line.get_state_display()),
                line.closed_at.date() if line.closed_at else None,
                names.get(line.added_by_id, ""),
            )
        )
    return csv_safe(rows)


# The people around


def people_rows(people: Iterable[Stakeholder], sides: Sides) -> list[list[Any]]:
    """The table of the people around a project."""
    return [
        [
            {"text": person.name, "url": reverse("workplan:person", args=[person.pair_id, person.pk])},
            person.organisation or "–",
            str(person.get_influence_display()),
            str(person.get_interest_display()),
            {"tag": str(person.get_stance_display()), "colour": _STANCES[Stakeholder.Stance(person.stance)]},
            approacher_words(person, sides),
        ]
        for person in people
    ]


def approacher_words(person: Stakeholder, sides: Sides) -> str:
    """Who speaks with somebody, and whether that is agreed."""
    if not person.approacher:
        return _("Nobody yet")
    name = name_of_side(person.approacher, sides)
    return name if person.approacher_agreed_at else _("%(name)s, not agreed yet") % {"name": name}


def balance_words(found: Approaches, sides: Sides) -> str:
    """Whether both of the two are seen around the project, in one sentence. No blame: it says what could be done."""
    if found.only is not None:
        name = name_of_side(found.only, sides)
        return _("So far only %(name)s speaks with people. Is there somebody whom the other could approach?") % {
            "name": name
        }
    if found.citizen and found.professional:
        return _("Both of you speak with people around the project.")
    return _("You have not agreed yet who speaks with whom.")


# Files


def file_words(file: PairFile, names: dict[Any, str]) -> str:
    """What a file is, who uploaded it, and when."""
    told = [
        str(file.get_kind_display()),
        names.get(file.uploaded_by_id, ""),
        date_format(file.uploaded_at, "DATE_FORMAT"),
        str(filesizeformat(file.size)),
    ]
    return " · ".join(part for part in told if part)


def as_download(file: PairFile) -> FileResponse:
    """A file that no browser opens as a page of ours, whatever it holds."""
    path = path_of(file)
    if path is None:
        raise Http404
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.file_name, content_type=file.media_type
    )  # fmt: skip
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _plain(value: Decimal) -> str:
    whole = value.to_integral_value()
    return str(localize(int(whole) if value == whole else value.normalize()))
