"""Pairs as their readers may see them. The database decides which: these work in any hat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.http import Http404

from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.database import ask
from tenants.members.models import Invitation, Side
from tenants.pairs.models import Pair, Seat

RETURN_WITHIN = timedelta(hours=24)
JOINT_FOR = timedelta(days=60)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member


def pairs_of(member: Member) -> QuerySet[Pair]:
    """Every pair that this member may read in the present hat, with its seats, by title."""
    return Pair.objects.prefetch_related(Prefetch("seats", Seat.objects.select_related("member")))


def pair_for(member: Member, pk: UUID) -> Pair:
    """One pair that this member may read. A hidden pair and a missing one are the same 404."""
    if (pair := pairs_of(member).filter(pk=pk).first()) is None:
        raise Http404
    return pair


def seat_of(member: Member, pair_id: UUID) -> Seat | None:
    """The seat that this member holds in a pair now."""
    return Seat.objects.filter(pair_id=pair_id, member_id=member.pk, left_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Sides:
    """A pair as one partner sees it: my seat, my partner's, and those who sat here before."""

    mine: Seat | None
    partner: Seat | None
    former: tuple[Seat, ...]

    @property
    def free(self) -> Side | None:
        """The side on which nobody sits, when I sit on the other."""
        return Side(self.mine.side).other if self.mine and self.partner is None else None

    def are(self, *seats: UUID | None) -> bool:
        """Whether these are the seats of the two who sit there now."""
        return {seat.pk for seat in (self.mine, self.partner) if seat} == set(seats)


def sides(pair: Pair, member: Member) -> Sides:
    """Who is who in a pair that came from `pairs_of`. Asks the database nothing."""
    seats = list(pair.seats.all())
    now = [seat for seat in seats if seat.left_at is None]
    return Sides(
        mine=next((seat for seat in now if seat.member_id == member.pk), None),
        partner=next((seat for seat in now if seat.member_id != member.pk), None),
        former=tuple(seat for seat in seats if seat.left_at is not None),
    )


@dataclass(frozen=True, slots=True)
class Chapter:
    """A span in which the same two people sat. `ended` is None for the present one."""

    number: int
    seats: tuple[Seat, Seat]
    began: datetime
    ended: datetime | None


def chapters(pair: Pair) -> list[Chapter]:
    """The chapters of a pair that came from `pairs_of`, the first one first. Asks the database nothing.

    Who is alone is in no chapter. Whoever came back to their own seat goes on in theirs.
    """
    seats = sorted(pair.seats.all(), key=lambda seat: seat.taken_at)
    spans = []
    for place, one in enumerate(seats):
        for other in seats[place + 1 :]:
            ends = [end for end in (one.left_at, other.left_at) if end is not None]
            began, ended = max(one.taken_at, other.taken_at), min(ends, default=None)
            if one.side != other.side and (ended is None or began < ended):
                spans.append((began, ended, (one, other)))
    spans.sort(key=lambda span: span[0])
    return [Chapter(number, both, began, ended) for number, (began, ended, both) in enumerate(spans, start=1)]


def owners(pair: Pair) -> list[Seat]:
    """To whom the project of a pair belongs: to who sits there, and for sixty days to who left and kept their part."""
    since = clock.now() - JOINT_FOR
    return [
        seat
        for seat in pair.seats.all()
        if seat.left_at is None or (seat.released_at is None and seat.left_at > since and _was_partner(pair, seat))
    ]


def _was_partner(pair: Pair, seat: Seat) -> bool:
    return any(seat in chapter.seats for chapter in chapters(pair))


@dataclass(frozen=True, slots=True)
class FormerPair:
    """What is left, for me, of a pair that I have left: a way back for a day, my part for sixty, in the end dates."""

    id: UUID
    title: str
    left_at: datetime
    may_return: bool
    owned: bool
    began: datetime | None
    ended: datetime | None

    @property
    def return_until(self) -> datetime:
        """Until when I can come back."""
        return self.left_at + RETURN_WITHIN

    @property
    def owned_until(self) -> datetime:
        """Until when the project is mine as well."""
        return self.left_at + JOINT_FOR


def former_pairs(member: Member) -> list[FormerPair]:
    """The pairs that this member has left, the last one first."""
    found = [FormerPair(*row) for row in ask("former_pairs")]
    return sorted(found, key=lambda former: former.left_at, reverse=True)


def address_of_partner(sides: Sides) -> str:
    """The address that the partner signs in with, so that each can tell who the other really is."""
    if sides.partner is None:
        return ""
    return Account.objects.values_list("email", flat=True).get(pk=sides.partner.member_id) or ""


def partner_invitations(member: Member) -> QuerySet[Invitation]:
    """The invitations to a partner that wait for an answer, in all pairs of this member."""
    return Invitation.objects.filter(
        kind=Invitation.Kind.PARTNER, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
    ).order_by("sent_at")


def seats_for(member: Member) -> QuerySet[Seat]:
    """Every seat of those pairs, with who holds or held it."""
    return Seat.objects.filter(pair__in=Pair.objects.all()).select_related("member")
