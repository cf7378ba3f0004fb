"""What people can say "no time" to: each room names its kinds of things, and its pages lead to one question.

The page of the question is `relationship:why` with the pair, the kind and the thing's id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tenants.members.models import Member


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that somebody had no time for: what it is called, and its page."""

    title: str
    url: str


Finder = Callable[["Member", UUID, UUID], Subject | None]

_kinds: dict[str, Finder] = {}


def add_kind(name: str, find: Finder) -> None:
    """Let a room name a kind: its name in addresses, and how a thing of a pair is found as a member sees it."""
    _kinds[name] = find


def subject_of(member: Member, pair: UUID, kind: str, pk: UUID) -> Subject | None:
    """The thing, if there is such a kind and this member may see it."""
    # A kind that nobody named is looked for as well, so that every "not there" asks the database the same.
    found = _kinds.get(kind, next(iter(_kinds.values())))(member, pair, pk)
    return found if kind in _kinds else None
