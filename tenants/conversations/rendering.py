"""Messages in words, for pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from tenants.conversations.models import PAIR_ITSELF

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tenants.conversations.models import Message
    from tenants.pairs.queries import Sides

TIME_TO_TAKE_BACK = timedelta(hours=24)


def lines(messages: Iterable[Message], sides: Sides) -> list[dict[str, Any]]:
    """Messages as the page shows them. Asks the database nothing."""
    partner = sides.partner.member.name if sides.partner else _("Your partner")
    mine = sides.mine.pk if sides.mine else None
    return [
        {
            "pk": message.pk,
            "name": _("You") if message.seat_id == mine else partner,
            "is_you": message.seat_id == mine,
            "text": message.text,
            "sent_at": message.sent_at,
            "is_taken_back": message.taken_back_at is not None,
            "may_take_back": message.seat_id == mine and can_be_taken_back(message),
        }
        for message in messages
    ]


def can_be_taken_back(message: Message) -> bool:
    """Whether its writer may still take it back."""
    return message.taken_back_at is None and message.sent_at > clock.now() - TIME_TO_TAKE_BACK


def address_of(kind: str, pair: UUID, subject: UUID) -> str:
    """The page of a talk."""
    if kind == PAIR_ITSELF:
        return reverse("conversations:messages", args=[pair])
    return reverse("conversations:talk", args=[pair, kind, subject])
