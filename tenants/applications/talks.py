"""What of applying together the two partners can talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.applications import queries

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Found
    from tenants.members.models import Member


def application(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """The application of the two who sit there now."""
    rows = queries.applications_for(member).prefetch_related(None).filter(pair_id=pair, pk=pk)
    found = rows.filter(citizen_seat__left_at__isnull=True, professional_seat__left_at__isnull=True).exists()
    return (_("Our application"), reverse("applications:application", args=[pair])) if found else None
