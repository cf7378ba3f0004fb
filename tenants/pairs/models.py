"""A pair and its two seats. Hidden is the normal state: what a pair does is private to two people."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Privacy
from tenants.members.models import KINDS_OF_SIDE, Member, PartnerKind, Side, Site
from tenants.pairs.privacy import granted, seats


class Pair(models.Model):
    """One patient, citizen or third-sector leader and one healthcare professional who share everything.

    The stage is about the work. Whether anybody else may see the pair is never stored here:
    that is what live grants say.
    """

    class Stage(models.TextChoices):
        FORMING = "forming", _("Forming")
        WORKING = "working", _("Working")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.FORMING)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposal_id = models.UUIDField(null=True, unique=True, editable=False)
    founded_at = models.DateTimeField()
    working_since = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="id title stage site founded_at working_since",
        plain="proposal_id",
        whose="seats__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["title"]
        constraints = [
            Privacy(
                see=granted("pair", column="id"),
                change=seats("id"),
                fields=("title", "stage", "site_id", "working_since"),
                readers="pair_until_shown",
                name="pair_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """A partner's place in a pair: at most one per side at a time, never one person on both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="seats")
    side = models.CharField(max_length=20, choices=Side)
    kind = models.CharField(max_length=20, choices=PartnerKind)
    taken_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR, personal="pair member side kind taken_at left_at", plain="id", whose="member", fate=Fate.SHARED
    )

    class Meta:
        ordering = ["side", "-taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "side"], condition=Q(left_at__isnull=True), name="seat_one_per_side"
            ),
            models.UniqueConstraint(
                fields=["pair", "member"], condition=Q(left_at__isnull=True), name="seat_one_per_member"
            ),
            models.CheckConstraint(
                name="seat_kind_fits_side",
                condition=Q(side="citizen", kind__in=["patient", "carer", "citizen", "vcse_leader"])
                | Q(side="professional", kind__in=["clinician", "manager", "other"]),
            ),
            Privacy(see=granted("people"), readers="pair_until_shown", name="seat_privacy"),
        ]

    def __str__(self) -> str:
        return self.get_side_display()


def side_of(kind: str) -> Side:
    """The side on which a partner of this kind sits."""
    return next(side for side, kinds in KINDS_OF_SIDE.items() if kind in kinds)
