"""Applications in words, for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tenants.applications.models import Application
from tenants.pairs.rendering import Tag

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


def lines_of(parts: Mapping[str, str | None], sides: Sides) -> list[dict[str, Any]]:
    """What is signed, part by part, as rows of components/summary_list.html."""
    who = names(sides)
    citizen, professional = who.get("citizen", ""), who.get("professional", "")
    named = [
        (_("Where you apply"), "host_name"),
        (_("Your shared task"), "task"),
        (_("Your ambition"), "ambition"),
        (_("The ambition that %(name)s wrote alone") % {"name": citizen}, "citizen_ambition"),
        (_("The ambition that %(name)s wrote alone") % {"name": professional}, "professional_ambition"),
        *start_names(citizen, professional),
    ]
    return _rows(parts, named)


def start_lines(parts: Mapping[str, str | None], sides: Sides) -> list[dict[str, Any]]:
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


def _rows(parts: Mapping[str, str | None], named: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": parts.get(name) or _("Not there yet")} for key, name in named]
