"""Talks as their two people may read them. The database decides which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404

from rollout.kernel.database import ask_one
from tenants.conversations.models import PAIR_ITSELF, Message, NewsChoice, ReadMark

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member


def messages_for(member: Member) -> QuerySet[Message]:
    """Everything that this member wrote or was written, in all talks, oldest first."""
    return Message.objects.order_by("sent_at", "id")


def talk_of(member: Member, pair: UUID, kind: str = PAIR_ITSELF, subject: UUID | None = None) -> QuerySet[Message]:
    """One talk, oldest first: the pair's own conversation, or that about one of its things."""
    return messages_for(member).filter(pair_id=pair, subject_kind=kind, subject_id=subject or pair)


def message_for(member: Member, pair: UUID, pk: UUID) -> Message:
    """One message of a pair; a hidden and a missing one are the same 404."""
    if (message := messages_for(member).filter(pair_id=pair, pk=pk).first()) is None:
        raise Http404
    return message


def unread_talks(member: Member) -> QuerySet[Message]:
    """The newest message of every talk in which something waits to be read by this member."""
    read = ReadMark.objects.filter(
        seat_id=OuterRef("to_id"),
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        read_until__gte=OuterRef("sent_at"),
    )
    to_me = Message.objects.filter(to__member_id=member.pk, to__left_at__isnull=True, taken_back_at__isnull=True)
    newer = to_me.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        to_id=OuterRef("to_id"),
        sent_at__gt=OuterRef("sent_at"),
    )
    return to_me.filter(~Exists(read), ~Exists(newer))


def news_choice_of(member: Member) -> NewsChoice:
    """What this member has chosen to hear by e-mail; once a day while nothing was chosen."""
    return NewsChoice.objects.filter(person_id=member.pk).first() or NewsChoice(person_id=member.pk)


def has_work_address(member: Member) -> bool:
    """Whether this member's own address is one of their organisation's, as far as can be told."""
    return bool(ask_one("has_work_address"))
