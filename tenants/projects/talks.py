"""What of the work the two partners can talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.projects import queries

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Found
    from tenants.members.models import Member


TITLE = 80
"""The longest beginning of a text that stands for the thing."""


def shared_task(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """The shared task."""
    found = queries.shared_tasks_for(member).filter(pair_id=pair, pk=pk).exists()
    return (_("Shared task"), reverse("projects:task", args=[pair])) if found else None


def decision(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One decision."""
    found = queries.decisions_for(member, pair).filter(pk=pk).first()
    return (found.title, reverse("projects:decision", args=[pair, pk])) if found else None


def result(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One result."""
    found = queries.results_for(member, pair).prefetch_related(None).filter(pk=pk).first()
    return (found.title, reverse("projects:result", args=[pair, pk])) if found else None


def option(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One option on the board of a decision."""
    found = queries.options_for(member, pair).filter(pk=pk).first()
    return (found.text[:TITLE], reverse("projects:decision", args=[pair, found.decision_id])) if found else None
