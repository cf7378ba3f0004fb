"""What of their answers two partners can talk about: a round that both have read, and none before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from tenants.instruments import queries, rendering
from tenants.instruments.models import Round

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Found
    from tenants.members.models import Member


def round_(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """What both said in one round."""
    opened = queries.rounds_for(member, pair).filter(pk=pk, state=Round.State.REVEALED)
    found = opened.filter(citizen_seat__left_at__isnull=True, professional_seat__left_at__isnull=True).first()
    if found is None:
        return None
    words = rendering.words_of(queries.definition_for(member, found.code, found.version))
    return words.title, reverse("instruments:round", args=[pair, pk])
