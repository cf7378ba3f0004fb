"""What partners may read of how they work together. The database decides which rows there are."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import CharField, Count, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.http import Http404
from django.utils import timezone

from rollout.kernel import clock
from tenants.audit.models import Event
from tenants.pairs.models import Pair
from tenants.relationship import policy
from tenants.relationship.models import (
    Assumption,
    DifferenceItem,
    Experiment,
    HardConversation,
    LookBack,
    Minutes,
    PauseAnswer,
    Restatement,
    SnapBack,
    Sprint,
    TimeReason,
)
from tenants.relationship.models.written import OfSeat

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from tenants.members.models import Member

Row = TypeVar("Row", bound=OfSeat)

MOST = 500
"""So many rows at most go into a figure: the latest."""
MONTHS = 6
"""Figures of snapping back look so far back."""
FORTNIGHTS = 6


def _in(rows: QuerySet[Row], pair: UUID | None) -> QuerySet[Row]:
    return rows if pair is None else rows.filter(pair_id=pair)


def one(rows: QuerySet[Row], pk: UUID) -> Row:
    """One of these rows; a hidden and a missing one are the same 404."""
    if (found := rows.filter(pk=pk).first()) is None:
        raise Http404
    return found


def snapbacks_for(member: Member, pair: UUID | None = None) -> QuerySet[SnapBack]:
    """One's own entries, and those of the partner that were revealed, the latest moment first."""
    return _in(SnapBack.objects.order_by("-moment", "id"), pair)


def look_backs_for(member: Member, pair: UUID | None = None) -> QuerySet[LookBack]:
    """Days at which somebody would like to look back: asked by this member, or of this member."""
    return _in(LookBack.objects.order_by("-asked_at", "id"), pair)


def differences_for(member: Member, pair: UUID | None = None) -> QuerySet[DifferenceItem]:
    """One's own lines, and those that the partner shows, with what was said again."""
    return _in(DifferenceItem.objects.order_by("kind", "written_at", "id").prefetch_related("restatements"), pair)


def assumptions_for(member: Member, pair: UUID | None = None) -> QuerySet[Assumption]:
    """What the pair assumes: open ones first, by their day."""
    return _in(Assumption.objects.order_by(F("closed_at").desc(nulls_first=True), "due_on", "id"), pair)


def conversations_for(member: Member, pair: UUID | None = None) -> QuerySet[HardConversation]:
    """One's own preparations, and those that the partner shares, the newest first."""
    return _in(HardConversation.objects.order_by("-written_at", "id"), pair)


def experiments_for(member: Member, pair: UUID | None = None) -> QuerySet[Experiment]:
    """What both try, the newest first."""
    return _in(Experiment.objects.order_by("-written_at", "id"), pair)


def reasons_for(member: Member, pair: UUID | None = None) -> QuerySet[TimeReason]:
    """One's own answers, and those that the partner shares, the newest first."""
    return _in(TimeReason.objects.order_by("-said_at", "id"), pair)


def own_reason(member: Member, pair: UUID, kind: str, subject: UUID) -> TimeReason | None:
    """What this member said about a thing."""
    return TimeReason.objects.filter(
        pair_id=pair, kind=kind, subject=subject, seat__member_id=member.pk, seat__left_at__isnull=True
    ).first()


def snaps_of(member: Member, pair: UUID) -> policy.Snaps:
    """The figures of the last months, out of what this member may read."""
    since = clock.now() - MONTHS * policy.MONTH
    found = snapbacks_for(member, pair).filter(moment__gte=since).values_list("moment", "mended_at", "pairing")
    return policy.snaps([policy.Entry(*row) for row in found[:MOST]], MONTHS)


def hearing_of(member: Member, pair: UUID) -> policy.Heard:
    """How much was heard, and how old the open differences are."""
    shown = differences_for(member, pair).prefetch_related(None).filter(shown_at__isnull=False)
    return policy.hearing(shown[:MOST], clock.now())


# What waits for somebody


def to_restate(member: Member) -> QuerySet[DifferenceItem]:
    """What the partner wrote and has not been said again."""
    return DifferenceItem.objects.filter(
        shown_to__member_id=member.pk,
        state__in=[policy.State.SHOWN, policy.State.CORRECTED],
        not_for_restating=False,
        seat__left_at__isnull=True,
    )


def to_answer(member: Member) -> QuerySet[Restatement]:
    """What the partner said again, of this member's own words."""
    return Restatement.objects.filter(author__member_id=member.pk, answer="")


def asked_back(member: Member) -> QuerySet[LookBack]:
    """Days at which the partner would like to look back."""
    return LookBack.objects.filter(asked__member_id=member.pk, closed_at__isnull=True)


def tests_due(member: Member) -> QuerySet[Assumption]:
    """Assumptions whose day has come."""
    return Assumption.objects.filter(closed_at__isnull=True, due_on__lte=clock.today())


# Task and relationship


def open_sprint(pair: UUID) -> Sprint | None:
    """The sprint, or the proposal of one, that nobody has ended."""
    return Sprint.objects.filter(pair_id=pair, ended_at__isnull=True).first()


def fortnights_of(member: Member, pair: UUID) -> list[policy.Fortnight]:
    """The last fortnights that are over, the oldest first, out of the pair's own record and the minutes told."""
    newest = policy.finished_fortnights(clock.today())[1]
    starts = [newest - policy.FORTNIGHT * back for back in reversed(range(FORTNIGHTS))]
    acts = (
        Event.objects.filter(chain=pair, at__gte=_begin(starts[0]), at__lt=_begin(newest + policy.FORTNIGHT))
        .order_by()
        .values_list(TruncDate("at"), "action")
        .annotate(number=Count("id"))
    )
    told = Minutes.objects.filter(pair_id=pair, on__gte=starts[0], on__lt=newest + policy.FORTNIGHT).order_by()
    return policy.count(starts, acts, told.values_list("on", "task", "relationship"))


def pulled(member: Member) -> QuerySet[Pair]:
    """Pairs to whom the card is shown: the same rule as `policy.wants_pause`, for all pairs in one question."""
    older, newer = policy.finished_fortnights(clock.today())
    found = Pair.objects.exclude(stage__in=[Pair.Stage.PAUSED, Pair.Stage.ENDED])
    for name, start in (("older", older), ("newer", newer)):
        found = found.annotate(
            **{
                f"{name}_task": _acts(start, policy.TASK) + _told(start, "task"),
                f"{name}_other": _acts(start, policy.RELATIONSHIP) + _told(start, "relationship"),
            }
        ).filter(
            # (T − R) / (T + R) > 0.6 in whole numbers
            **{
                f"{name}_task__gt": F(f"{name}_other") * 4,
                f"{name}_task__gte": policy.LEAST - F(f"{name}_other"),
            }
        )
    answered = PauseAnswer.objects.filter(pair_id=OuterRef("pk"), fortnight=newer)
    return found.exclude(Exists(answered)).exclude(Exists(_sprints(older).filter(pair_id=OuterRef("pk"))))


def pause_for(member: Member, pair: UUID) -> date | None:
    """The fortnight that the card of this pair is about, if there is a card."""
    return policy.finished_fortnights(clock.today())[1] if pulled(member).filter(pk=pair).exists() else None


def takes_pause(member: Member, pair: UUID) -> bool:
    """Whether this pair has said yes to the card of the last fortnight that is over."""
    newer = policy.finished_fortnights(clock.today())[1]
    return PauseAnswer.objects.filter(pair_id=pair, fortnight=newer, answer=PauseAnswer.Answer.TAKEN).exists()


def _sprints(since: date) -> QuerySet[Sprint]:
    """Sprints of two keys that lasted into the time since a day."""
    lasted = Q(ended_at__isnull=True) | Q(ended_at__gte=_begin(since))
    return Sprint.objects.filter(lasted, agreed_at__isnull=False, ends_on__gte=since)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _first_word() -> Func:
    return Func(F("action"), Value("."), Value(1), function="split_part", output_field=CharField())


def _acts(start: date, words: Iterable[str]) -> Combinable:
    acts = Event.objects.filter(
        chain=OuterRef("pk"), at__gte=_begin(start), at__lt=_begin(start + policy.FORTNIGHT)
    ).alias(word=_first_word())
    counted = acts.filter(word__in=list(words)).exclude(action__in=policy.UNDONE)
    return _number(counted.order_by().values("chain").annotate(number=Count("id")))


def _told(start: date, column: str) -> Combinable:
    told = Minutes.objects.filter(pair_id=OuterRef("pk"), on__gte=start, on__lt=start + policy.FORTNIGHT)
    return _number(told.order_by().values("pair_id").annotate(number=Sum(column) / policy.MINUTES_OF_AN_ACT))


def _number(rows: QuerySet[Any, Any]) -> Combinable:
    return Coalesce(Subquery(rows.values("number"), output_field=IntegerField()), 0)
