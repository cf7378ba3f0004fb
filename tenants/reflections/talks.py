"""What of looking back two partners can talk about. What somebody writes for themselves is none of it,
but for the passages that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.dates import date_format
from tenants.reflections import queries

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Find, Found
    from tenants.members.models import Member

TITLE = 120
"""The longest beginning of a text that stands for the thing."""


def slot(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A time at which the two who sit there now look back."""
    rows = queries.slots_for(member, pair).prefetch_related(None)
    found = rows.filter(pk=pk, citizen__left_at__isnull=True, professional__left_at__isnull=True).first()
    if found is None:
        return None
    words = _("Your reflection time: %(day)s") % {"day": date_format(found.planned_on, "DATE_FORMAT")}
    return words, reverse("reflections:slot", args=[pair, pk])


def learning(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One row of what the pair learns."""
    found = queries.learnings_for(member, pair).prefetch_related(None).filter(pk=pk).first()
    return (found.text[:TITLE], reverse("reflections:learning-edit", args=[pair, pk])) if found else None


def learning_share(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One sentence for somebody outside."""
    found = queries.shares_for(member, pair).prefetch_related(None).filter(pk=pk).first()
    return (found.sentence[:TITLE], reverse("reflections:share", args=[pair, pk])) if found else None


def passage(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A passage of somebody's own reflection, between the one who shares it and the one who reads it."""
    mine = queries.passages_from(member).filter(pair_id=pair, pk=pk, is_between=True).first()
    if mine is not None:
        return _("A passage that is shared"), reverse("reflections:own", args=[mine.reflection_id])
    theirs = queries.passages_for(member, pair).filter(pk=pk, is_between=True).exists()
    return (_("A passage that is shared"), reverse("reflections:slots", args=[pair])) if theirs else None


TALKS: dict[str, Find] = {
    "reflection": slot,
    "learning": learning,
    "learning_share": learning_share,
    "passage": passage,
}
