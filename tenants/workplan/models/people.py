"""The people around a project."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import ParentVisible, Privacy, Still
from tenants.members.fields import NameField
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_my_chapters, of_seats_i_met, own_seat, seats
from tenants.workplan.models.keeping import kept
from tenants.workplan.models.plan import Who


class Stakeholder(models.Model):
    """Somebody around the project: what they can move, what they need, and who of the two speaks with them.

    One partner says who does; it is agreed when the other one confirms it.
    """

    class Level(models.TextChoices):
        LOW = "low", _("Low")
        MIDDLE = "middle", _("Middle")
        HIGH = "high", _("High")

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports it")
        NEUTRAL = "neutral", _("Neither for nor against")
        WORRIED = "worried", _("Has worries")
        AGAINST = "against", _("Is against it")
        UNKNOWN = "unknown", _("We do not know yet")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    name = NameField(_("name or role"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    interest = models.CharField(max_length=10, choices=Level)
    influence = models.CharField(max_length=10, choices=Level)
    stance = models.CharField(max_length=10, choices=Stance, default=Stance.UNKNOWN)
    needs = models.TextField(_("what they need"), max_length=1000, blank=True)
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    approacher = models.CharField(max_length=12, choices=Who, blank=True)
    approacher_named_by = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approacher_named_at = models.DateTimeField(null=True, blank=True)
    approacher_agreed_at = models.DateTimeField(null=True, blank=True)

    keeping = kept(
        "pair name organisation interest influence stance needs added_by added_at approacher approacher_named_by"
        " approacher_named_at approacher_agreed_at",
        whose="added_by__member",
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="stakeholder_approacher_iff_named",
                condition=Q(
                    approacher="",
                    approacher_named_by__isnull=True,
                    approacher_named_at__isnull=True,
                    approacher_agreed_at__isnull=True,
                )
                | (~Q(approacher="") & Q(approacher_named_by__isnull=False, approacher_named_at__isnull=False)),
            ),
            Privacy(
                see=seats(),
                add=seats() & own_seat("added_by_id") & Still("approacher", ""),
                change=seats(),
                remove=seats(),
                fields=(
                    "name", "organisation", "interest", "influence", "stance", "needs", "approacher",
                    "approacher_named_by_id", "approacher_named_at", "approacher_agreed_at",
                ),
                readers="pair",
                name="stakeholder_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


_CONTACTS = seats() & of_my_chapters("noted_at") & of_seats_i_met()


class StakeholderContact(models.Model):
    """That one of the two spoke with somebody, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="contacts")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    text = models.TextField(_("what came of it"), max_length=1000)
    noted_at = models.DateTimeField()

    keeping = kept("pair stakeholder seat on text noted_at", whose="seat__member")

    class Meta:
        ordering = ["-on", "-noted_at"]
        constraints = [
            Privacy(
                see=_CONTACTS,
                add=seats() & own_seat() & ParentVisible("stakeholder_id", "workplan_stakeholder", same=("pair_id",)),
                remove=_CONTACTS,
                readers="pair",
                name="stakeholder_contact_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
