"""What people look back on, as its readers may see it. The database decides which rows there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.http import Http404

from rollout.accounts.private import Opener
from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError
from tenants.conversations.models import NewsChoice
from tenants.members.models import Member, Role
from tenants.members.queries import holders_of
from tenants.pairs.models import Pair, Seat
from tenants.reflections.models import (
    Learning,
    LearningShare,
    LearningShareKey,
    PairReflection,
    PairReflectionKey,
    Reflection,
    SharedPassage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations


# One's own


@dataclass(frozen=True, slots=True)
class Own:
    """A reflection as its author reads it. Without a text it cannot be opened any more."""

    id: UUID
    text: str | None
    written_at: datetime
    changed_at: datetime


def reflections_of(member: Member) -> QuerySet[Reflection]:
    """One's own reflections, the newest first, still sealed."""
    return Reflection.objects.filter(author_id=member.pk).order_by("-written_at", "id")


def reflection_of(member: Member, pk: UUID) -> Reflection:
    """One's own reflection. Somebody else's and a missing one are the same 404."""
    if (reflection := reflections_of(member).filter(pk=pk).first()) is None:
        raise Http404
    return reflection


def opened(member: Member, reflections: Iterable[Reflection]) -> list[Own]:
    """Reflections with their texts. The member's key is asked for once."""
    opener = Opener(member.pk)
    return [
        Own(row.pk, _text_of(opener, bytes(row.sealed), row.about), row.written_at, row.changed_at)
        for row in reflections
    ]


def text_of(member: Member, reflection: Reflection) -> str:
    """The text of one's own reflection. Raises Http404 when the key is gone: then nobody can read it again."""
    (own,) = opened(member, [reflection])
    if own.text is None:
        raise Http404
    return own.text


def opened_rows(rows: list[dict[str, Any]], person: UUID) -> list[dict[str, Any]]:
    """Rows of a download, opened for the person whose they are."""
    opener = Opener(person)
    found = []
    for row in rows:
        sealed, about = bytes.fromhex(row["sealed"][2:]), f"{row['sealed_in']}|{row['author_id']}|{row['id']}"
        kept = {name: value for name, value in row.items() if name not in ("sealed", "sealed_in")}
        found.append({**kept, "text": _text_of(opener, sealed, about)})
    return found


def _text_of(opener: Opener, sealed: bytes, about: str) -> str | None:
    try:
        return opener.opened(sealed, about=about)
    except DomainError:
        return None


def facilitators(member: Member) -> QuerySet[Member]:
    """To whom somebody can show a passage: who holds the office of facilitator, and not oneself."""
    return holders_of(Role.FACILITATOR).exclude(pk=member.pk)


def own_due(member: Member) -> QuerySet[Any]:
    """The reminder to write for oneself, when its day has come: with since when in one's own rhythm, and with a pair
    on whose card it stands."""
    seat = Seat.objects.filter(member_id=member.pk, left_at__isnull=True).order_by("taken_at")
    rhythm = ExpressionWrapper(F("reflect_weeks") * Value(timedelta(weeks=1)), output_field=DurationField())
    begun = Cast("reflect_on", DateTimeField())
    since = Func(rhythm, Value(clock.now()), begun, function="date_bin", output_field=DateTimeField())
    return (
        NewsChoice.objects.filter(person_id=member.pk, reflect_on__lte=clock.today())
        .annotate(waits_since=since, pair=Subquery(seat.values("pair_id")[:1]))
        .filter(pair__isnull=False)
    )


class Between(TypedDict):
    """Whether the two of a passage still sit beside each other, and the name of the one who reads it, if I see it."""

    is_between: bool
    reader: str | None


def _between(found: QuerySet[SharedPassage]) -> QuerySet[WithAnnotations[SharedPassage, Between]]:
    seats = Seat.objects.filter(pair_id=OuterRef("pair_id"), left_at__isnull=True)
    author, reader = (Exists(seats.filter(member_id=OuterRef(who))) for who in ("author_id", "shared_with_id"))
    name = Subquery(Member.objects.filter(pk=OuterRef("shared_with_id")).values("name"))
    return found.annotate(is_between=author & reader, reader=name)


def passages_from(member: Member) -> QuerySet[WithAnnotations[SharedPassage, Between]]:
    """The passages that this member shares now, the newest first."""
    found = _between(SharedPassage.objects.filter(author_id=member.pk, withdrawn_at__isnull=True))
    return found.order_by("-shared_at", "id")


def passages_for(member: Member, pair: UUID) -> QuerySet[WithAnnotations[SharedPassage, Between]]:
    """The passages that somebody shares with this very member in a pair now, the newest first."""
    passages = SharedPassage.objects.filter(shared_with_id=member.pk, pair_id=pair, withdrawn_at__isnull=True)
    found = _between(passages)
    return found.select_related("author").order_by("-shared_at", "id")


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a facilitator reads it: whose it is stands there only if the author signed it so."""

    id: UUID
    text: str
    signed: str
    shared_at: datetime


def passages_shown_to(member: Member) -> list[Shown]:
    """The passages that people show to this facilitator now, the newest first."""
    return [Shown(*row) for row in ask("passages_shown_to_me")]


def passages_seen(member: Member) -> QuerySet[SharedPassage]:
    """Every passage that this member shares or that is shared with them, the newest first."""
    return SharedPassage.objects.filter(withdrawn_at__isnull=True).order_by("-shared_at", "id")


# Together


def slots_for(member: Member, pair: UUID | None = None) -> QuerySet[PairReflection]:
    """The times to reflect of this member with a partner, the latest first."""
    found = PairReflection.objects.order_by("-planned_on", "id").prefetch_related("keys", "parts")
    return found if pair is None else found.filter(pair_id=pair)


def slot_for(member: Member, pair: UUID, pk: UUID) -> PairReflection:
    """One time to reflect; a hidden and a missing one are the same 404."""
    if (slot := slots_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return slot


def last_written(member: Member, pair: UUID) -> PairReflection | None:
    """What the two signed last when they looked back together."""
    return slots_for(member, pair).filter(state=PairReflection.State.WRITTEN).prefetch_related(None).first()


class SignedBy(TypedDict):
    """Whether the member who looks has signed, and whether the partner has."""

    mine: bool
    partners: bool


def _signed_by(keys: Any, column: str, member: Member, *, by_me: bool) -> Exists:
    found = keys._default_manager.filter(
        **{column: OuterRef("pk")}, content_hash=OuterRef("content_hash"), seat__left_at__isnull=True
    )
    mine = Q(seat__member_id=member.pk)
    return Exists(found.filter(mine if by_me else ~mine))


def slots_due(member: Member) -> QuerySet[WithAnnotations[PairReflection, SignedBy]]:
    """Times to reflect whose day has come, with who has signed. A pair that has a pause is left in peace."""
    due = PairReflection.objects.filter(state=PairReflection.State.PLANNED, planned_on__lte=clock.today())
    due = due.exclude(pair__stage=Pair.Stage.PAUSED)
    return due.annotate(
        mine=_signed_by(PairReflectionKey, "slot", member, by_me=True),
        partners=_signed_by(PairReflectionKey, "slot", member, by_me=False),
    )


# Learning


def learnings_for(member: Member, pair: UUID | None = None) -> QuerySet[Learning]:
    """What the pairs of this member have learnt, the newest first, with whom it was or may be shared."""
    shares = LearningShare.objects.exclude(state=LearningShare.State.WITHDRAWN)
    shares = shares.order_by("proposed_at", "id").prefetch_related("keys")
    found = Learning.objects.order_by("-written_at", "id").prefetch_related(Prefetch("shares", shares))
    return found if pair is None else found.filter(pair_id=pair)


def learning_for(member: Member, pair: UUID, pk: UUID) -> Learning:
    """One learning of a pair; a hidden and a missing one are the same 404."""
    if (learning := learnings_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return learning


def shares_for(member: Member, pair: UUID | None = None) -> QuerySet[LearningShare]:
    """Every sentence for others in the pairs of this member, the newest first."""
    found = LearningShare.objects.order_by("-proposed_at", "id").prefetch_related("keys")
    return found if pair is None else found.filter(pair_id=pair)


def share_for(member: Member, pair: UUID, pk: UUID) -> LearningShare:
    """One sentence for others; a hidden and a missing one are the same 404."""
    if (share := shares_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return share


def shares_to_sign(member: Member) -> QuerySet[WithAnnotations[LearningShare, SignedBy]]:
    """Sentences for others that wait for a key, with who has signed."""
    return LearningShare.objects.filter(state=LearningShare.State.PROPOSED).annotate(
        mine=_signed_by(LearningShareKey, "share", member, by_me=True),
        partners=_signed_by(LearningShareKey, "share", member, by_me=False),
    )
