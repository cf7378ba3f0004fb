"""Meetings as their two partners may read them. The database decides which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DurationField,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.http import Http404

from rollout.kernel import clock
from rollout.kernel.database import ask, ask_one
from rollout.kernel.tokens import hashed
from tenants.meetings.models import CalendarFeed, Meeting, Move, OfferedTime
from tenants.members.models import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

State = Meeting.State
MOST_NEWS = 20
"""So many meetings at most go along with one letter."""


def meetings_for(member: Member) -> QuerySet[Meeting]:
    """Every meeting that this member may read, the last one that was offered first, with the times of its round."""
    times = OfferedTime.objects.filter(round=F("meeting__round")).order_by("choice")
    return Meeting.objects.order_by("-proposed_at", "id").prefetch_related(Prefetch("times", times))


def meetings_of(member: Member, pair: UUID) -> QuerySet[Meeting]:
    """The meetings of one pair."""
    return meetings_for(member).filter(pair_id=pair)


def meeting_for(member: Member, pair: UUID, pk: UUID) -> Meeting:
    """One meeting of a pair; a hidden and a missing one are the same 404."""
    if (meeting := meetings_of(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return meeting


def meetings_to_answer(member: Member) -> QuerySet[Meeting]:
    """Meetings that wait for one of the two; `for_partner` says that it is not this member."""
    mine = Case(When(proposed_by__member_id=member.pk, then=Value(True)), default=Value(False))
    theirs = Case(When(proposed_by__member_id=member.pk, then=Value(False)), default=Value(True))
    return Meeting.objects.filter(state__in=(State.PROPOSED, State.ASKED), proposed_by__left_at__isnull=True).annotate(
        for_partner=Case(When(state=State.PROPOSED, then=mine), default=theirs, output_field=BooleanField())
    )


def meetings_over(member: Member) -> QuerySet[Any]:
    """Agreed meetings whose time is over, since `ended_at`, and of which nobody has said whether they took place."""
    lasts = Func(F("minutes"), template="make_interval(mins => %(expressions)s)", output_field=DurationField())
    found = Meeting.objects.filter(state=State.AGREED).annotate(ended_at=F("starts_at") + lasts)
    return found.filter(ended_at__lte=clock.now())


def next_meetings(member: Member, pairs: Sequence[Pair]) -> dict[UUID, Meeting]:
    """The next agreed meeting of each of these pairs that has one, in one query whatever their number."""
    coming = Meeting.objects.filter(state=State.AGREED, starts_at__gte=clock.now())
    first = coming.filter(pair_id=OuterRef("pair_id")).order_by("starts_at", "id").values("pk")[:1]
    found = coming.filter(pair_id__in=[pair.pk for pair in pairs], pk=Subquery(first))
    return {meeting.pair_id: meeting for meeting in found}


@dataclass(frozen=True, slots=True)
class Share:
    """What fell to one side: agreed meetings at a time of its choice, moves, and meetings at its place."""

    times: int
    moves: int
    venues: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Whose calendar and whose place it was, of all agreed meetings of a pair."""

    meetings: int
    elsewhere: int
    sides: dict[Side, Share]


def shares_of(member: Member, pair: UUID) -> Shares:
    """How times, moves and places were shared. What was declined counts for nobody, whatever the reason, and no more
    does a move because health, caring or other duties did not allow the meeting."""
    agreed = Meeting.objects.filter(pair_id=pair, state__in=(State.AGREED, State.HELD))
    asked = {"meetings": Count("pk")}
    for side in Side:
        asked[f"times_{side}"] = Count("pk", filter=Q(time_of=side))
        asked[f"venues_{side}"] = Count("pk", filter=Q(venue=side))
    told = agreed.aggregate(**asked)
    counted = Move.objects.filter(pair_id=pair).exclude(reason=Meeting.Reason.ACCESS)
    moves = dict(counted.order_by().values_list("seat__side").annotate(number=Count("pk")))
    sides = {side: Share(told[f"times_{side}"], moves.get(side.value, 0), told[f"venues_{side}"]) for side in Side}
    elsewhere = told["meetings"] - sum(share.venues for share in sides.values())
    return Shares(told["meetings"], elsewhere, sides)


def feed_of(member: Member) -> CalendarFeed | None:
    """This member's own feed, when they have made one."""
    return CalendarFeed.objects.filter(person_id=member.pk).first()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar may know of a meeting."""

    id: UUID
    starts_at: datetime
    minutes: int
    sequence: int
    changed_at: datetime
    is_cancelled: bool


def entries_at(token: str) -> list[Entry] | None:
    """The meetings of whoever made this address; None for an address that nobody made or that was taken back."""
    rows = ask("calendar_entries", hashed(token))
    if not rows:
        return None
    return [Entry(*row) for row in rows if row[0] is not None]


def calendar_news(member: Member, since: datetime) -> list[Entry]:
    """What a calendar does not know yet of meetings to come: agreed, moved away from their time, or called off."""
    last, now = Move.objects.filter(meeting=OuterRef("pk")).order_by("-moved_at"), clock.now()
    told = Q(state__in=(State.AGREED, State.CANCELLED), starts_at__gt=now, answered_at__gt=since)
    moved = Q(starts_at__isnull=True, was__gt=now, moved_at__gt=since)
    found: QuerySet[Any] = Meeting.objects.annotate(
        moved_at=Subquery(last.values("moved_at")[:1]), was=Subquery(last.values("was")[:1])
    )
    return [
        entry_of(meeting) if meeting.starts_at
        else Entry(meeting.pk, meeting.was, meeting.minutes, meeting.sequence, meeting.moved_at, is_cancelled=True)
        for meeting in found.filter(told | moved).order_by("proposed_at", "id")[:MOST_NEWS]
    ]  # fmt: skip


def owner_at(token: str) -> UUID:
    """Whose address this is, of one that is somebody's. Nothing but the language of their calendar hangs on it."""
    found: UUID = ask_one("calendar_owner", hashed(token))
    return found


def entry_of(meeting: Meeting) -> Entry:
    """One meeting as a calendar may know it. Raises Http404 for one that never had a time."""
    if meeting.starts_at is None:
        raise Http404
    return Entry(
        meeting.pk,
        meeting.starts_at,
        meeting.minutes,
        meeting.sequence,
        meeting.changed_at,
        meeting.state in (State.CANCELLED, State.NOT_HELD),
    )
