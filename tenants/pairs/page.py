"""The sections of a pair's page, which the rooms above this one add."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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


Maker = Callable[["Member", "Pair"], Section | None]

_makers: list[tuple[int, Maker]] = []


def add_section(maker: Maker, *, place: int = 50) -> None:
    """Let a room add its section. `place` orders them: the shared task is 10, decisions 20, results 30."""
    if (place, maker) not in _makers:
        _makers.append((place, maker))
    _makers.sort(key=lambda entry: entry[0])


def sections_of(member: Member, pair: Pair) -> list[Section]:
    """The sections that have something to say to this partner."""
    return [section for _place, make in _makers if (section := make(member, pair)) is not None]
