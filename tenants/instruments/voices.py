"""Between whom shares of talking would mislead. Rooms above this one know it and say so when their app is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tenants.members.models import Member

Mislead = Callable[["Member", UUID], bool]
"""Member and pair → whether counted shares would mislead between these two."""

_say: list[Mislead] = []


def add(mislead: Mislead) -> None:
    """Let a room say where shares mislead; saying it again changes nothing."""
    if mislead not in _say:
        _say.append(mislead)


def asks_felt_heard(member: Member, pair: UUID) -> bool:
    """Whether a question about voices asks these two first how heard they felt."""
    return any(mislead(member, pair) for mislead in _say)
