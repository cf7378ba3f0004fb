"""The time that two partners agree to give, and the hours that each of them counts."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Still, Without
from tenants.agreement.models.signed import SIGNED, Signable, kept, version_checks
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import of_my_chapters, of_seats_i_met, own_seat, seats

MOST_HOURS = 744
"""The hours of the longest month."""


def _hours(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=5, decimal_places=2)


_READ = seats() & Without("hidden_times", column="id")


class TimeAgreement(Signable):
    """How many hours each side gives in a month, and whether they are protected at work or paid."""

    since = models.DateField(_("since when"))
    hours_professional = _hours(_("hours of the professional in a month"))
    is_protected = models.BooleanField(_("protected working time"))
    hours_citizen = _hours(_("hours of the citizen in a month"))
    is_paid = models.BooleanField(_("paid"))
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = kept(
        f"{SIGNED} since hours_professional is_protected hours_citizen is_paid ended_at",
        plain="id content_hash",
        whose="edited_by__member",
    )

    class Meta:
        ordering = ["-edited_at"]
        constraints = [
            *version_checks("time_agreement", "pair"),
            models.CheckConstraint(
                name="time_agreement_hours",
                condition=Q(hours_professional__gte=0, hours_professional__lte=MOST_HOURS)
                & Q(hours_citizen__gte=0, hours_citizen__lte=MOST_HOURS),
            ),
            Privacy(
                see=_READ,
                add=seats() & own_seat("edited_by_id") & Still("state", "proposed") & Empty("agreed_at"),
                change=_READ,
                fields=(
                    "since", "hours_professional", "is_protected", "hours_citizen", "is_paid", "state", "content_hash",
                    "edited_by_id", "edited_at", "agreed_at", "agreed_with_id", "ended_at",
                ),
                readers="pair",
                name="time_agreement_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.since)


class HoursGiven(models.Model):
    """The hours that one partner gave in one month, in their own count. Only they write and correct it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    hours = _hours(_("hours"))
    is_covered = models.BooleanField(_("protected or paid"))
    written_at = models.DateTimeField()

    keeping = kept("pair seat month hours is_covered written_at")

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "month"], name="hours_once_a_month"),
            models.CheckConstraint(name="hours_of_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="hours_possible", condition=Q(hours__gte=0, hours__lte=MOST_HOURS)),
            Privacy(
                see=seats() & of_my_chapters("written_at") & of_seats_i_met(),
                add=seats() & own_seat(),
                change=seats() & own_seat(),
                fields=("hours", "is_covered", "written_at"),
                readers="pair",
                name="hours_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.hours}"


class TimeKey(Key):
    """A partner's signature under a time agreement."""

    agreement = models.ForeignKey(TimeAgreement, on_delete=models.PROTECT, related_name="keys")

    keeping = kept("pair seat signed_at agreement", plain="id content_hash")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "seat"], name="time_key_once"),
            Privacy(
                see=seats() & Without("hidden_times", column="agreement_id"),
                add=seats() & own_seat() & ParentVisible("agreement_id", "agreement_timeagreement", same=("pair_id",)),
                readers="pair",
                name="time_key_privacy",
            ),
        ]
