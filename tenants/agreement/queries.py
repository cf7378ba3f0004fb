"""What a pair has agreed about working together, as its partners may see it. The database decides which."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from rollout.kernel import clock
from tenants.agreement.models import (
    CommunicationNeed,
    HoursGiven,
    LineKey,
    NeedShare,
    Principle,
    PrincipleKey,
    PrincipleVersion,
    Review,
    ReviewAnswer,
    SharedLine,
    State,
    TimeAgreement,
    TimeKey,
)
from tenants.agreement.needs import CHANGES
from tenants.agreement.policy import MONTHS_LOOKED_AT, REVIEW_DAYS, Shortfall, back, shortfall
from tenants.pairs.models import Seat

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import WithAnnotations

    from tenants.members.models import Member

OPEN = (State.PROPOSED, State.FORMER)
"""What waits for keys."""


class Looked(TypedDict):
    """When both looked at a principle last: in a review, or when they signed it."""

    looked_at: datetime | None


def _present(keys: type[LineKey | PrincipleKey | TimeKey]) -> Prefetch[str, QuerySet[Any], str]:
    # A key of a seat that was left does not count.
    return Prefetch("keys", keys._default_manager.filter(seat__left_at__isnull=True))


def lines_for(member: Member, pair: UUID | None = None) -> QuerySet[SharedLine]:
    """The lines that are written, with the keys of those who sit there now."""
    found = SharedLine.objects.select_related("agreed_with__member").prefetch_related(_present(LineKey))
    return found if pair is None else found.filter(pair_id=pair)


def line_about(member: Member, pair: UUID, topic: str) -> SharedLine | None:
    """One of the five lines by what it is about, or None while it is blank."""
    return lines_for(member, pair).filter(topic=topic).first()


def line_for(member: Member, pair: UUID, pk: UUID) -> SharedLine:
    """One of the lines that are written; a hidden and a missing one are the same 404."""
    if (line := lines_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return line


def versions_for(member: Member, pair: UUID | None = None) -> QuerySet[WithAnnotations[PrincipleVersion, Looked]]:
    """Every wording of every principle, the newest first, with the keys of now and when both looked at it last."""
    closed = Review.objects.filter(version=OuterRef("pk")).order_by().values("version").annotate(at=Max("closed_at"))
    found = (
        PrincipleVersion.objects.select_related("agreed_with__member")
        .prefetch_related(_present(PrincipleKey))
        .annotate(looked_at=Coalesce(Subquery(closed.values("at")), F("agreed_at")))
        .order_by("-number", "id")
    )
    return found if pair is None else found.filter(pair_id=pair)


def principles_for(member: Member, pair: UUID | None = None) -> QuerySet[Principle]:
    """The principles, the oldest first, with all their wordings."""
    found = Principle.objects.order_by("begun_at", "id").prefetch_related(Prefetch("versions", versions_for(member)))
    return found if pair is None else found.filter(pair_id=pair)


def principle_for(member: Member, pair: UUID, pk: UUID) -> Principle:
    """One principle of a pair; a hidden and a missing one are the same 404."""
    if (principle := principles_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return principle


def version_for(member: Member, pair: UUID, pk: UUID) -> PrincipleVersion:
    """One wording; a hidden and a missing one are the same 404."""
    if (version := versions_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return version


def reviews_for(member: Member) -> QuerySet[Review]:
    """Every look at a principle, the newest first, with what each said."""
    answers = Prefetch("answers", ReviewAnswer.objects.select_related("seat__member"))
    return Review.objects.order_by("-opened_at", "id").prefetch_related(answers)


def due_before() -> datetime:
    """What was looked at before this moment is due for a look again."""
    return clock.now() - timedelta(days=REVIEW_DAYS)


def time_agreements_for(member: Member, pair: UUID | None = None) -> QuerySet[TimeAgreement]:
    """Every time agreement, the newest first, with the keys of now."""
    found = (
        TimeAgreement.objects.order_by("-edited_at", "id")
        .select_related("agreed_with__member")
        .prefetch_related(_present(TimeKey))
    )
    return found if pair is None else found.filter(pair_id=pair)


def time_agreement_for(member: Member, pair: UUID, pk: UUID) -> TimeAgreement:
    """One time agreement; a hidden and a missing one are the same 404."""
    if (agreement := time_agreements_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return agreement


def hours_for(member: Member, pair: UUID | None = None) -> QuerySet[HoursGiven]:
    """The hours that partners counted, the latest month first."""
    found = HoursGiven.objects.select_related("seat").order_by("-month", "id")
    return found if pair is None else found.filter(pair_id=pair)


def protected_time_lacking(member: Member, pair: UUID) -> Shortfall | None:
    """The protected time that was agreed and not given lately, for the two partners. None when nothing lacks."""
    today = clock.today()
    since = back(today.replace(day=1), MONTHS_LOOKED_AT)
    given = list(hours_for(member, pair).filter(month__gte=since))
    return shortfall(list(time_agreements_for(member, pair)), given, today) if given else None


# What helps people to take part: for this room and for those that plan meetings, ask questions or send letters


def needs_of(member: Member) -> QuerySet[CommunicationNeed]:
    """What this member noted for themselves. Nobody else is answered anything."""
    return CommunicationNeed.objects.filter(member_id=member.pk).order_by("kind").prefetch_related("shares")


def need_about(member: Member, kind: str) -> CommunicationNeed | None:
    """What a member noted of one kind, or None."""
    return needs_of(member).filter(kind=kind).first()


def need_of(member: Member, pk: UUID) -> CommunicationNeed:
    """One of a member's own needs; somebody else's and a missing one are the same 404."""
    if (need := needs_of(member).filter(pk=pk).first()) is None:
        raise Http404
    return need


def shared_needs(member: Member, pair: UUID | None = None) -> QuerySet[NeedShare]:
    """What the two partners of each pair show each other, with who says it."""
    found = NeedShare.objects.select_related("need", "seat__member").order_by("seat__side", "need__kind", "id")
    return found if pair is None else found.filter(pair_id=pair)


def access_needs(member: Member, pair: UUID) -> QuerySet[NeedShare]:
    """What a meeting of this pair has to prepare, as far as it was shared."""
    return shared_needs(member, pair).filter(need__kind__in=[kind for kind, said in CHANGES.items() if said.access])


def asks_felt_heard(member: Member, pair: UUID) -> bool:
    """Whether questions about voice ask how heard somebody felt, because an interpreter speaks for one of the two."""
    kinds = [kind for kind, said in CHANGES.items() if said.felt_heard]
    return shared_needs(member, pair).filter(need__kind__in=kinds).exists()


# What waits, for the home page


class SignedBy(TypedDict):
    """Whether the member who looks has signed the present text."""

    mine: bool


def _mine(keys: type[LineKey | PrincipleKey | TimeKey], column: str, member: Member) -> Exists:
    return Exists(
        keys._default_manager.filter(
            **{column: OuterRef("pk")}, content_hash=OuterRef("content_hash"), seat__left_at__isnull=True,
            seat__member_id=member.pk,
        )
    )  # fmt: skip


def lines_to_sign(member: Member) -> QuerySet[WithAnnotations[SharedLine, SignedBy]]:
    """Lines that wait for a key."""
    return SharedLine.objects.filter(state__in=OPEN).annotate(mine=_mine(LineKey, "line", member))


def versions_to_sign(member: Member) -> QuerySet[WithAnnotations[PrincipleVersion, SignedBy]]:
    """Principles that wait for a key."""
    return PrincipleVersion.objects.filter(state__in=OPEN).annotate(mine=_mine(PrincipleKey, "version", member))


def time_to_sign(member: Member) -> QuerySet[WithAnnotations[TimeAgreement, SignedBy]]:
    """Time agreements that wait for a key."""
    return TimeAgreement.objects.filter(state__in=OPEN).annotate(mine=_mine(TimeKey, "agreement", member))


def versions_to_review(member: Member) -> QuerySet[Any]:
    """Agreed principles whose look again has begun, or is due: with since when, and whether I have answered."""
    answered = ReviewAnswer.objects.filter(
        review__version=OuterRef("pk"), review__closed_at__isnull=True, seat__member_id=member.pk,
        seat__left_at__isnull=True,
    )  # fmt: skip
    begun = Review.objects.filter(version=OuterRef("pk"), closed_at__isnull=True).values("opened_at")[:1]
    return (
        versions_for(member)
        .prefetch_related(None)
        .filter(state=State.AGREED)
        .annotate(begun_at=Subquery(begun), mine=Exists(answered))
        .filter(Q(begun_at__isnull=False) | Q(looked_at__lt=due_before()))
        .annotate(waits_since=Coalesce("begun_at", "looked_at"))
    )


def needs_to_look_at(member: Member) -> QuerySet[Any]:
    """A member's own needs whose day to look again has come, with a pair on whose page that is done."""
    seat = Seat.objects.filter(member_id=member.pk, left_at__isnull=True).order_by("taken_at")
    return (
        CommunicationNeed.objects.filter(member_id=member.pk, look_again_on__lte=clock.today())
        .annotate(pair=Subquery(seat.values("pair_id")[:1]))
        .filter(pair__isnull=False)
    )
