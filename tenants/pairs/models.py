"""A pair and its two seats. Hidden is the normal state: what a pair does is private to two people."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, Mine, Privacy
from rollout.kernel.tenancy import PARTNER
from tenants.members.models import KINDS_OF_SIDE, Member, PartnerKind, Side, Site
from tenants.pairs.privacy import granted, own_seat, seats


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
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="id title stage site founded_at working_since ended_at",
        plain="proposal_id",
        whose="seats__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                name="pair_ended_iff_ended_at",
                condition=Q(stage="ended", ended_at__isnull=False) | (~Q(stage="ended") & Q(ended_at__isnull=True)),
            ),
            Privacy(
                see=granted("pair", column="id"),
                change=seats("id"),
                fields=("title", "stage", "site_id", "working_since", "ended_at"),
                readers="pair_until_shown",
                name="pair_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """A partner's place in a pair: at most one per side at a time, never one person on both.

    `separated_at` is when either asked for separation after or with this departure: then nobody comes back to the seat
    without the other. `hides` says that whoever left hid their own things from the one who stays. `released_at` is
    when somebody who left gave up their part of the project.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="seats")
    side = models.CharField(max_length=20, choices=Side)
    kind = models.CharField(max_length=20, choices=PartnerKind)
    taken_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    separated_at = models.DateTimeField(null=True, blank=True)
    hides = models.BooleanField(default=False, db_default=False)
    released_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair member side kind taken_at left_at separated_at hides released_at",
        plain="id",
        whose="member",
        fate=Fate.SHARED,
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
            models.CheckConstraint(
                name="seat_separated_after_leaving",
                condition=Q(separated_at__isnull=True, hides=False)
                | Q(left_at__isnull=False, separated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="seat_released_after_leaving", condition=Q(released_at__isnull=True) | Q(left_at__isnull=False)
            ),
            Privacy(see=granted("people"), readers="pair_until_shown", name="seat_privacy"),
        ]

    def __str__(self) -> str:
        return self.get_side_display()


class Key(models.Model):
    """One partner's signature under one exact text. Who has signed is never readable outside the pair.

    The text calls them its `keys`. The database clears them when it changes; nobody takes one away by hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.content_hash[:12]

    @property
    def is_helped(self) -> bool:
        """Whether a helper typed it in, and the person read out a code for it."""
        return False


class LeavingReason(models.Model):
    """Why somebody left, in their own words, for themselves alone. Nobody has to give one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("your reason"), max_length=2000)
    given_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR, personal="pair seat member text given_at", plain="id", whose="member", fate=Fate.REMOVED
    )

    class Meta:
        ordering = ["given_at"]
        constraints = [
            Privacy(
                see=Mine("member_id") & Capacity(PARTNER),
                add=Mine("member_id") & seats() & own_seat(),
                readers="only_you",
                name="leaving_reason_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


def side_of(kind: str) -> Side:
    """The side on which a partner of this kind sits."""
    return next(side for side, kinds in KINDS_OF_SIDE.items() if kind in kinds)
