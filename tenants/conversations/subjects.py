"""The things of a pair that can be talked about. Each room names its own kinds when it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member

Found = tuple["str | _StrPromise", str]
"""What the thing is called, and the address of its page."""
Find = Callable[["Member", UUID, UUID], Found | None]
"""Member, pair and id → the thing, if this member may read it there; None for one that is hidden or not there."""

_finds: dict[str, Find] = {}


def add(kind: str, find: Find) -> None:
    """Let people talk about things of a kind, a short word that stands in the address; saying it again changes
    nothing."""
    _finds[kind] = find


def kinds() -> list[str]:
    """The kinds of things that can be talked about."""
    return sorted(_finds)


def find(member: Member, kind: str, pair: UUID, pk: UUID) -> Found | None:
    """The thing that is talked about. Hidden, missing and of no known kind are the same."""
    look = _finds.get(kind)
    return look(member, pair, pk) if look else None
