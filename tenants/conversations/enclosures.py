"""What goes along with the one letter. Rooms above this one know it and say so when their app is ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from rollout.kernel.mail import Enclosed

if TYPE_CHECKING:
    from tenants.members.models import Member

Make = Callable[[str, str], Enclosed]
"""The reader's own address, and where they sign in → the file. It says no more than the letter: no name, no text."""
Source = Callable[["Member", datetime], list[Make]]
"""A member, and since when → what is new for them."""

_sources: list[Source] = []


def add(source: Source) -> None:
    """Let a room enclose something; saying it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def for_reader(member: Member, since: datetime) -> list[Make]:
    """All that is new for this member since then."""
    return [make for source in _sources for make in source(member, since)]
