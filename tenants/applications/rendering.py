"""Applications in words, for pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rollout.kernel.dates import date_format
from tenants.applications.models import Application
from tenants.pairs.rendering import Tag
from tenants.workplan.models import FrameSource, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenants.pairs.queries import Sides

State = Application.State
_COLOURS = {State.DRAFT: "yellow", State.SUBMITTED: "green", State.WITHDRAWN: "grey"}


def state_tag(application: Application) -> Tag:
    """How an application stands."""
    return Tag(str(application.get_state_display()), _COLOURS[State(application.state)])


def names(sides: Sides) -> dict[str, str]:
    """The name on each side of a pair."""
    return {seat.side: seat.member.name for seat in (sides.mine, sides.partner) if seat}


def lines_of(parts: Mapping[str, Any], sides: Sides) -> list[dict[str, Any]]:
    """What is signed, part by part, as rows of components/summary_list.html."""
    who = names(sides)
    citizen, professional = who.get("citizen", ""), who.get("professional", "")
    named = [
        (_("Where you apply"), "host_name"),
        (_("Your shared task"), "task"),
        *_project_names(parts),
        (_("Your ambition"), "ambition"),
        (_("The ambition that %(name)s wrote alone") % {"name": citizen}, "citizen_ambition"),
        (_("The ambition that %(name)s wrote alone") % {"name": professional}, "professional_ambition"),
        *start_names(citizen, professional),
    ]
    return _rows({**parts, **_project_words(parts)}, named)


def start_lines(parts: Mapping[str, Any], sides: Sides) -> list[dict[str, Any]]:
    """How the two started, as rows of components/summary_list.html."""
    who = names(sides)
    named = start_names(who.get("citizen", ""), who.get("professional", ""))
    return _rows(parts, [*named, (_("Your ambition"), "ambition"), (_("Your shared task"), "task")])


def start_names(citizen: str, professional: str) -> list[tuple[str, str]]:
    """The parts in which two people say how they start."""
    return [
        (_("How you start, written together"), "reflection"),
        (_("How %(name)s starts") % {"name": citizen}, "citizen_reflection"),
        (_("How %(name)s starts") % {"name": professional}, "professional_reflection"),
    ]


def _project_names(parts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of the project. What was handed in before they were signed with it has none."""
    if "aim" not in parts:
        return []
    return [
        (_("What changes"), "aim"),
        (_("By how much"), "how_much"),
        (_("By when"), "by_when"),
        (_("Where"), "place"),
        (_("Mainly about"), "theme"),
        (_("Whose issue it is"), "whose_issue"),
        (_("How we know"), "how_we_know"),
        (_("Who says that it matters"), "sources"),
    ]


def _project_words(parts: Mapping[str, Any]) -> dict[str, str]:
    """The parts of the project that are kept as codes, in words."""
    by_when, theme = parts.get("by_when"), parts.get("theme")
    return {
        "by_when": date_format(date.fromisoformat(by_when)) if by_when else "",
        "theme": str(Theme(theme).label) if theme else "",
        "sources": "\n".join(_source(*source) for source in parts.get("sources") or ()),
    }


def _source(kind: str, name: str, says: str) -> str:
    who = _("%(name)s (%(kind)s)") % {"name": name, "kind": FrameSource.Kind(kind).label}
    return f"{who}: {says}" if says else who


def _rows(parts: Mapping[str, Any], named: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": parts.get(name) or _("Not there yet")} for key, name in named]
