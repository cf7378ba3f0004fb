"""A shelf that papers are put on by the app that makes them, so that reports can point at them.

Reports come first in the order of rooms and know nothing of packs; packs register themselves here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tenants.members.models import Member


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued paper that somebody may read."""

    title: str
    url: str
    issued_on: date


ForReader = Callable[["Member"], Sequence[Paper]]
FirstIssued = Callable[[], Mapping[UUID, date]]

_for_reader: list[ForReader] = []
_first_issued: list[FirstIssued] = []


def register(*, for_reader: ForReader, first_issued: FirstIssued) -> None:
    """Say how to find the papers of a reader, and since when a pair stands in an issued one."""
    if for_reader not in _for_reader:
        _for_reader.append(for_reader)
        _first_issued.append(first_issued)


def papers_for(member: Member) -> list[Paper]:
    """The papers that this person may read in the present hat, the newest first."""
    found = [paper for source in _for_reader for paper in source(member)]
    return sorted(found, key=lambda paper: paper.issued_on, reverse=True)


def first_issued() -> dict[UUID, date]:
    """The first day on which each pair stood in a paper that can be read from here."""
    days: dict[UUID, date] = {}
    for source in _first_issued:
        for pair, on in source().items():
            days[pair] = min(on, days.get(pair, on))
    return days
