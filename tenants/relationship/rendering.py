"""How two people work together, in words for pages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rollout.kernel.dates import date_format
from tenants.instruments import queries as instruments
from tenants.instruments.rendering import title_of
from tenants.pairs.rendering import Tag
from tenants.relationship import policy, queries
from tenants.relationship.models import (
    Assumption,
    DifferenceItem,
    Experiment,
    HardConversation,
    SnapBack,
)
from tenants.relationship.why import Finder, Subject
from tenants.workplan.queries import tasks_for

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Seat
    from tenants.pairs.queries import Sides
    from tenants.relationship.models.written import OfSeat

Line = dict[str, Any]

COLOURS = {
    policy.State.DRAFT: "grey",
    policy.State.SHOWN: "yellow",
    policy.State.RESTATED: "blue",
    policy.State.CORRECTED: "orange",
    policy.State.HEARD: "green",
}
TRENDS = {
    policy.Trend.SHORTER: gettext_lazy("It mends faster than before."),
    policy.Trend.SAME: gettext_lazy("It takes about as long as before."),
    policy.Trend.LONGER: gettext_lazy("It takes longer than before. That is worth a talk."),
    policy.Trend.UNKNOWN: gettext_lazy("Not enough to say which way it goes."),
}
BALANCES = {
    policy.Balance.NOT_ENOUGH: gettext_lazy("Not enough to say"),
    policy.Balance.EVEN: gettext_lazy("Both have their place"),
    policy.Balance.TO_TASK: gettext_lazy("Far on the side of the task"),
}


def day_of(moment: datetime | date) -> str:
    """A day as people here write it."""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return date_format(day, "DATE_FORMAT")


def who(row: OfSeat, sides: Sides) -> str:
    """Whose words these are."""
    return _("You") if sides.mine and row.seat_id == sides.mine.pk else name_of(row.seat_id, sides)


def name_of(seat: UUID, sides: Sides) -> str:
    """The name of somebody who sits or sat in the pair."""
    known: list[Seat] = [found for found in (sides.mine, sides.partner, *sides.former) if found]
    return next((found.member.name for found in known if found.pk == seat), "")


def _line(title: str, url: str, detail: str, tag: Tag) -> Line:
    return {"title": title, "url": url, "detail": detail, "tag": tag.label, "tag_colour": tag.colour}


def address(name: str, row: OfSeat) -> str:
    """The page of a row."""
    return reverse(f"relationship:{name}", args=[row.pair_id, row.pk])


def percent(share: float | None) -> str:
    """A share, or that there is nothing to share out."""
    return _("Nothing yet") if share is None else f"{round(share * 100)} %"


def snapback_tag(row: SnapBack) -> Tag:
    """Who reads an entry."""
    if row.revealed_at:
        return Tag(_("You both read it"), "green")
    return Tag(_("You asked to look back"), "blue") if row.invited_at else Tag(_("Only you"), "grey")


def snapback_line(row: SnapBack, sides: Sides) -> Line:
    """An entry in the list."""
    detail = f"{who(row, sides)} · {row.get_trigger_display()}"
    return _line(day_of(row.moment), address("snapback", row), detail, snapback_tag(row))


def snapback_rows(row: SnapBack) -> list[Line]:
    """What an entry says."""
    rows = [
        (_("When it happened"), date_format(timezone.localtime(row.moment), "DATETIME_FORMAT")),
        (_("What set it off"), row.get_trigger_display()),
        (_("What I did"), row.get_own_default_display()),
        (_("How strong it was, from 1 to 5"), str(row.intensity)),
        (_("In my own words"), row.words),
        (_("Mended since"), day_of(row.mended_at) if row.mended_at else _("Not yet, or not said")),
    ]
    return _rows(rows)


def snap_numbers(found: policy.Snaps) -> list[Line]:
    """The figures above the list."""
    hours = found.recovery_hours
    return [
        {"label": _("Moments a month"), "value": localize(round(found.per_month, 1)), "note": ""},
        {
            "label": _("Hours until it is mended, in the middle"),
            "value": _("Nothing yet") if hours is None else localize(round(hours)),
            "note": str(TRENDS[found.trend]),
        },
        {"label": _("Seen by both of you"), "value": percent(found.recognised), "note": ""},
    ]


def difference_tag(row: DifferenceItem) -> Tag:
    """The state of a line."""
    if row.not_for_restating and row.state == policy.State.SHOWN:
        return Tag(_("To be read"), "blue")
    return Tag(str(row.get_state_display()), COLOURS[policy.State(row.state)])


def difference_line(row: DifferenceItem, sides: Sides) -> Line:
    """A line of the map."""
    detail = f"{who(row, sides)} · {row.get_kind_display()}"
    return _line(row.text[:120], address("difference", row), detail, difference_tag(row))


def heard_numbers(found: policy.Heard) -> list[Line]:
    """The figures above the map."""
    young, middle, old = found.ages
    open_ones = ngettext("%(count)s open difference", "%(count)s open differences", young + middle + old)
    ages = _("%(young)s under 30 days, %(middle)s up to 90 days, %(old)s older")
    return [
        {"label": _("Heard"), "value": percent(found.rate), "note": _("Heard does not mean agreed.")},
        {
            "label": _("Still open"),
            "value": open_ones % {"count": young + middle + old},
            "note": ages % {"young": young, "middle": middle, "old": old},
        },
    ]


def assumption_line(row: Assumption, sides: Sides) -> Line:
    """An assumption in the list."""
    tag = Tag(str(row.get_result_display()), "green") if row.closed_at else Tag(_("Open"), "yellow")
    return _line(row.text[:120], address("assumption", row), _("By %(day)s") % {"day": day_of(row.due_on)}, tag)


def assumption_rows(row: Assumption) -> list[Line]:
    """What an assumption says."""
    return _rows(
        [
            (_("What we assume"), row.text),
            (_("How we test it"), row.test),
            (_("By when"), day_of(row.due_on)),
            (_("What came out"), str(row.get_result_display())),
            (_("What we saw"), row.evidence),
            (_("Who saw it"), row.seen_by),
        ]
    )


def conversation_tag(row: HardConversation, sides: Sides) -> Tag:
    """Who reads a preparation."""
    if sides.mine and row.seat_id != sides.mine.pk:
        return Tag(_("Shared with you"), "blue")
    return Tag(_("Your partner reads it"), "blue") if row.shown_to_id else Tag(_("Only you"), "grey")


def conversation_line(row: HardConversation, sides: Sides) -> Line:
    """A preparation in the list."""
    return _line(
        row.title, address("conversation", row), f"{who(row, sides)} · {tags_of(row)}".rstrip(" ·"),
        conversation_tag(row, sides),
    )  # fmt: skip


def tags_of(row: HardConversation) -> str:
    """What makes it hard, in one line."""
    labels = dict(HardConversation.Tag.choices)
    return ", ".join(str(labels[tag]) for tag in row.tags)


def conversation_rows(row: HardConversation) -> list[Line]:
    """What a preparation says."""
    return _rows(
        [
            (_("What makes it hard"), tags_of(row)),
            (_("Notes from before"), row.before),
            (_("What I learned"), row.learned),
            (_("Notes from after"), row.after),
        ]
    )


def experiment_line(row: Experiment, sides: Sides) -> Line:
    """A card in the list."""
    tag = Tag(_("Finished"), "green") if row.finished_at else Tag(_("Running"), "yellow")
    return _line(row.attempt[:120], address("experiment", row), who(row, sides), tag)


def experiment_rows(row: Experiment) -> list[Line]:
    """What a card says."""
    return _rows([(_("What I try"), row.attempt), (_("When I stop"), row.limit), (_("What happened"), row.happened)])


def fortnight_rows(found: list[policy.Fortnight]) -> list[list[str]]:
    """The table of task and relationship, the latest first."""
    return [
        [day_of(one.starts_on), str(one.task), str(one.relationship), str(BALANCES[one.balance])]
        for one in reversed(found)
    ]


def _rows(pairs: list[tuple[str, str]]) -> list[Line]:
    return [{"key": key, "value": value} for key, value in pairs if value]


# What one can have no time for here


def _assumption(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    found = queries.assumptions_for(member, pair).filter(pk=pk).first()
    return Subject(found.text[:120], address("assumption", found)) if found else None


def _experiment(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    found = queries.experiments_for(member, pair).filter(pk=pk).first()
    return Subject(found.attempt[:120], address("experiment", found)) if found else None


def _round(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    found = instruments.rounds_for(member, pair).filter(pk=pk).first()
    if found is None:
        return None
    title = title_of(found, instruments.definitions(member))
    return Subject(title, reverse("instruments:round", args=[pair, pk]))


def _task(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    found = tasks_for(member, pair).filter(pk=pk).first()
    return Subject(found.text, reverse("workplan:plan", args=[pair])) if found else None


SUBJECTS: dict[str, Finder] = {
    "assumption": _assumption, "experiment": _experiment, "round": _round, "plantask": _task,
}  # fmt: skip
"""Of the rooms below this one, which cannot name their kinds themselves, as well."""
