"""What one partner writes: whose it is, and which other seat may read it.

A row says itself which other seat may read it (`shown_to`), so somebody who takes over a seat does not inherit what
was told to the one before.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats

WORDS = 2000
"""The longest text that somebody types here."""


def kept(personal: str, fate: Fate = Fate.UNSHARED) -> Keeping:
    return Keeping(Period.PAIR, personal=f"pair seat {personal}", plain="id", whose="seat__member", fate=fate)


def together(name: str, *columns: str) -> models.CheckConstraint:
    """All of these are empty, or none is."""
    empty, full = (Q(**{f"{column}__isnull": state for column in columns}) for state in (True, False))
    return models.CheckConstraint(name=name, condition=empty | full)


def long_text(label: Any, **more: Any) -> models.TextField[str, str]:
    return models.TextField(label, max_length=WORDS, **more)


class OfSeat(models.Model):
    """Something that one partner wrote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Showable(OfSeat):
    """Something that only its author reads until it is shown to the partner who sits there now."""

    shown_to = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


READ_BY_AUTHOR = (own_seat() | own_seat("shown_to_id")) & of_seats_i_met()
READ_BY_BOTH = seats() & of_seats_i_met()
WRITTEN_BY_AUTHOR = seats() & own_seat()
