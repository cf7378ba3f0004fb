"""Times that wait for an answer, and meetings that are over, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tenants.meetings import queries, rendering
from tenants.meetings.models import Meeting
from tenants.pairs.home import Kind, Line, Row, Said, rows_of
from tenants.relationship.why import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.conversations.subjects import Found
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


def _meetings(member: Member) -> QuerySet[Any]:
    found = queries.meetings_to_answer(member)
    return rows_of(found, "meeting", since="changed_at", title="state", for_partner=F("for_partner"))


def _meeting(row: Row) -> tuple[str, str]:
    if row.for_partner:
        words = _("A meeting")
    elif row.title == Meeting.State.ASKED:
        words = _("Offer other times")
    else:
        words = _("Choose a time")
    return words, reverse("meetings:meeting", args=[row.pair_id, row.subject])


def _over(member: Member) -> QuerySet[Any]:
    return rows_of(queries.meetings_over(member), "meeting_over", since="ended_at")


def _met(row: Row) -> tuple[str, str]:
    return _("Did you meet?"), reverse("meetings:meeting", args=[row.pair_id, row.subject])


KINDS = (Kind("meeting", _meetings, _meeting), Kind("meeting_over", _over, _met))


def talk(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """A meeting as something that the two can talk about."""
    found = queries.meetings_of(member, pair).filter(pk=pk).exists()
    return (pgettext("of two partners", "Meeting"), reverse("meetings:meeting", args=[pair, pk])) if found else None


def no_time(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    """A meeting as something that somebody had no time for."""
    found = talk(member, pair, pk)
    return Subject(str(found[0]), found[1]) if found else None


def next_meetings(member: Member, pairs: Sequence[Pair]) -> Mapping[UUID, Said]:
    """When the two of each pair meet next."""
    coming = queries.next_meetings(member, pairs)
    return {
        pair: Said([Line(_("You meet next"), rendering.when(meeting.starts_at))])
        for pair, meeting in coming.items()
        if meeting.starts_at
    }
