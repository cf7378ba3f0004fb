"""What the kinds of notices say, and where they lead. Each app names its own kinds when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tenants.members.models import Notice

Address = Callable[["Notice"], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as its recipient reads it. `url` is empty where there is nothing to open."""

    id: UUID
    capacity: str
    title: str | _StrPromise
    url: str
    made_at: datetime


_kinds: dict[str, tuple[str | _StrPromise, Address | None]] = {}


def describe(kind: str, title: str | _StrPromise, address: Address | None = None) -> None:
    """Say what notices of a kind tell, and how to find the page that they are about."""
    _kinds[kind] = (title, address)


def line_of(notice: Notice) -> Line:
    """A notice in words. One of a kind that nobody described only says that there is news."""
    title, address = _kinds.get(notice.kind, (_("There is news for you."), None))
    return Line(
        id=notice.pk,
        capacity=notice.capacity,
        title=title,
        url=address(notice) if address else "",
        made_at=notice.made_at,
    )
