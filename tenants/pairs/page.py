"""What the rooms above this one add to a pair's page: sections that show something, and doorways that lead on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a pair's page: its heading, its id on the page, and a template that finds `content`."""

    anchor: str
    heading: str | _StrPromise
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)


class Group(Enum):
    """The headings under which doorways stand, in their order on the page."""

    TOGETHER = _("How we work together")
    PROJECT = _("Our project")
    RELATIONSHIP = _("Our relationship")
    TALK = _("Meetings and messages")
    LEARNING = _("Looking back and learning")


@dataclass(frozen=True, slots=True)
class Doorway:
    """A way from a pair's page to a page of a room: what is there, in one sentence. It asks the database nothing."""

    title: str | _StrPromise
    hint: str | _StrPromise
    address: str
    """The name of an address that takes the pair alone."""
    short: str | _StrPromise = ""
    """The page in short, for whoever asked for easy read; without it the hint says it."""


_doorways: dict[Group, list[tuple[int, Doorway]]] = {group: [] for group in Group}


def add_doorway(group: Group, doorway: Doorway, *, place: int = 50) -> None:
    """Let a room add a way to its page; saying it again changes nothing."""
    if doorway.address not in [known.address for _place, known in _doorways[group]]:
        _doorways[group].append((place, doorway))
        _doorways[group].sort(key=lambda entry: entry[0])


def doorways() -> list[tuple[str | _StrPromise, list[Doorway]]]:
    """Each group that has a doorway, with its doorways."""
    return [(group.value, [doorway for _place, doorway in _doorways[group]]) for group in Group if _doorways[group]]


def in_short(address: str) -> str | _StrPromise:
    """What the page behind a doorway is for, in short; nothing for other pages."""
    known = (doorway for group in _doorways.values() for _place, doorway in group if doorway.address == address)
    return next((doorway.short or doorway.hint for doorway in known), "")


Maker = Callable[["Member", "Pair"], Section | None]

DOORWAYS = 10
_makers: list[tuple[int, Maker]] = []


def add_section(maker: Maker, *, place: int = 50) -> None:
    """Let a room add its section. `place` orders them: below 10 they stand above the doorways."""
    if (place, maker) not in _makers:
        _makers.append((place, maker))
    _makers.sort(key=lambda entry: entry[0])


def sections_of(member: Member, pair: Pair) -> tuple[list[Section], list[Section]]:
    """The sections that have something to say to this partner: those above the doorways, and those below."""
    above: list[Section] = []
    below: list[Section] = []
    for place, make in _makers:
        if (section := make(member, pair)) is not None:
            (above if place < DOORWAYS else below).append(section)
    return above, below
