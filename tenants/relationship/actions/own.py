"""One's own seat, the partner's, and a row that is held while something is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

from rollout.kernel.errors import DomainError
from tenants.pairs import actions as pairs
from tenants.pairs.models import Seat
from tenants.relationship.models.written import OfSeat
from tenants.relationship.permissions import WRITE

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member

Row = TypeVar("Row", bound=OfSeat)


def seat_in(pair_id: UUID, by: Member) -> Seat:
    """The seat in which this member writes. Without one, nothing of the pair exists for them."""
    return pairs.own_seat(pair_id, by, WRITE)


def partner_of(seat: Seat) -> Seat:
    """Who sits on the other side now."""
    other = Seat.objects.filter(pair_id=seat.pair_id, left_at__isnull=True).exclude(pk=seat.pk).first()
    if other is None:
        raise DomainError("no_partner", _("Nobody sits on the other side yet. Invite a partner first."))
    return other


def held(row: Row, by: Member) -> tuple[Row, Seat]:
    """The row as it is now, locked, and the seat of who acts. What one may not change is not found."""
    return pairs.held(row, by, WRITE)


def held_as_author(row: Row, by: Member) -> Row:
    """The row, locked, for who wrote it. For the partner it cannot be changed."""
    found, seat = held(row, by)
    if found.seat_id != seat.pk:
        raise DomainError("not_the_author", _("Only the person who wrote this can do that."))
    return found
