"""What of their relationship two partners can talk about: only what both of them read, and never a draft of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from tenants.relationship import queries, rendering

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.conversations.subjects import Find, Found
    from tenants.members.models import Member
    from tenants.relationship.models.written import Showable

    Row = TypeVar("Row", bound=Showable)

TITLE = 120
"""The longest beginning of a text that stands for the thing."""


def _between(rows: QuerySet[Row], pk: UUID) -> Row | None:
    """A row that the two who sit there now both read."""
    return rows.filter(
        pk=pk, seat__left_at__isnull=True, shown_to__isnull=False, shown_to__left_at__isnull=True
    ).first()  # fmt: skip


def assumption(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """Something that both take for granted."""
    found = queries.assumptions_for(member, pair).filter(pk=pk).first()
    return (found.text[:TITLE], rendering.address("assumption", found)) if found else None


def experiment(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A card of something to try."""
    found = queries.experiments_for(member, pair).filter(pk=pk).first()
    return (found.attempt[:TITLE], rendering.address("experiment", found)) if found else None


def difference(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A line of where the two differ, once it is shown."""
    found = _between(queries.differences_for(member, pair), pk)
    return (found.text[:TITLE], rendering.address("difference", found)) if found else None


def snapback(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """An entry about snapping back, once both have written theirs."""
    found = _between(queries.snapbacks_for(member, pair), pk)
    if found is None:
        return None
    words = _("When we snapped back: %(day)s") % {"day": rendering.day_of(found.moment)}
    return words, rendering.address("snapback", found)


def conversation(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A hard conversation that somebody prepares, once they share it."""
    found = _between(queries.conversations_for(member, pair), pk)
    return (found.title, rendering.address("conversation", found)) if found else None


TALKS: dict[str, Find] = {
    "assumption": assumption, "experiment": experiment, "difference": difference, "snapback": snapback,
    "conversation": conversation,
}  # fmt: skip
