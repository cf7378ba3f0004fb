"""What of agreeing how to work the two partners can talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.agreement import queries

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Found
    from tenants.members.models import Member


def principle(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One working principle, whatever its present words."""
    found = queries.principles_for(member, pair).filter(pk=pk).exists()
    return (_("Working principle"), reverse("agreement:principle", args=[pair, pk])) if found else None


def line(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One of the five texts."""
    found = queries.lines_for(member, pair).filter(pk=pk).first()
    return (found.get_topic_display(), reverse("agreement:five", args=[pair])) if found else None


def time(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One agreement about the hours of each."""
    found = queries.time_agreements_for(member, pair).filter(pk=pk).exists()
    return (_("Time"), reverse("agreement:time", args=[pair])) if found else None
