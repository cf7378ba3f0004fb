"""Moments when somebody fell back into an old part, and asking to look back at one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import Empty, ParentVisible, Privacy
from tenants.pairs.models import Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat
from tenants.relationship.models.written import (
    READ_BY_AUTHOR,
    WRITTEN_BY_AUTHOR,
    OfSeat,
    Showable,
    kept,
    long_text,
    together,
)


class SnapBack(Showable):
    """A moment when somebody fell back into an old part: what set it off, and what they did themselves.

    Nobody codes the other person. When both have written about the same two days, the database lets each read the
    other's entry, both at once.
    """

    class Trigger(models.TextChoices):
        DEADLINE = "deadline", _("A deadline")
        BAD_NEWS = "bad_news", _("Bad news")
        SENIOR = "senior", _("A senior person was there")
        PUBLIC = "public", _("A public meeting")
        MONEY = "money", _("Money")
        DISAGREEMENT = "disagreement", _("We did not agree")
        CLINICAL_RISK = "clinical_risk", _("A clinical risk")
        OTHER = "other", _("Something else")

    class Default(models.TextChoices):
        EXPERT = "expert", _("I became the expert")
        SILENCE = "silence", _("I went silent")
        COMPLIANCE = "compliance", _("I went along with it")
        REBELLION = "rebellion", _("I fought it")
        RESCUE = "rescue", _("I came to the rescue")
        WITHDRAWAL = "withdrawal", _("I pulled out")

    moment = models.DateTimeField(_("when it happened"))
    trigger = models.CharField(_("what set it off"), max_length=20, choices=Trigger)
    own_default = models.CharField(_("what I did"), max_length=20, choices=Default)
    intensity = models.PositiveSmallIntegerField(_("how strong it was, from 1 to 5"))
    words = long_text(_("in my own words"), blank=True)
    mended_at = models.DateTimeField(_("when it felt mended"), null=True, blank=True)
    written_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True, blank=True)
    pairing = models.UUIDField(null=True, blank=True, editable=False)
    revealed_at = models.DateTimeField(null=True, blank=True)

    keeping = kept(
        "shown_to moment trigger own_default intensity words mended_at written_at invited_at pairing revealed_at"
    )

    class Meta:
        ordering = ["-moment"]
        constraints = [
            together("snapback_revealed_as_a_whole", "shown_to", "pairing", "revealed_at"),
            models.CheckConstraint(name="snapback_intensity", condition=Q(intensity__gte=1, intensity__lte=5)),
            models.CheckConstraint(
                name="snapback_mended_afterwards", condition=Q(mended_at__isnull=True) | Q(mended_at__gte=F("moment"))
            ),
            models.UniqueConstraint(fields=["pairing", "seat"], name="snapback_once_in_a_pairing"),
            Privacy(
                see=READ_BY_AUTHOR,
                add=WRITTEN_BY_AUTHOR & Empty("shown_to_id") & Empty("pairing") & Empty("invited_at"),
                change=own_seat(),
                fields=("mended_at", "invited_at"),
                readers="you_until_both_wrote",
                name="snapback_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment}"


class LookBack(OfSeat):
    """One partner would like to look back at a day together. It says the day and nothing else."""

    snapback = models.OneToOneField(SnapBack, on_delete=models.PROTECT, related_name="look_back")
    asked = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("snapback asked day asked_at closed_at")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            Privacy(
                see=(own_seat() | own_seat("asked_id")) & of_seats_i_met(),
                add=WRITTEN_BY_AUTHOR
                & Empty("closed_at")
                & ParentVisible("snapback_id", "relationship_snapback", same=("pair_id", "seat_id"))
                & ParentVisible("asked_id", "pairs_seat", same=("pair_id",)),
                change=own_seat("asked_id") & of_seats_i_met(),
                fields=("closed_at",),
                readers="pair",
                name="look_back_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
