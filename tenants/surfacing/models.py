"""How a pair shows itself: a package that both partners sign, for one audience, until a date. One key closes it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import ParentVisible, Privacy, Still, Without
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience, RowClass, names_a_row_iff_listed
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import granted_item, of_my_chapters, of_nobody_who_hid, own_seat, seats

_READ = seats() & Without("hidden_packages", column="id")


class Surfacing(models.Model):
    """A package: what, to whom, until when. It takes effect when both keys match the same package."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for both keys")
        SIGNED = "signed", _("Signed by both")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="surfacings")
    audience = models.CharField(max_length=20, choices=Audience)
    audience_id = models.UUIDField()
    open_from_start = models.BooleanField(default=False)
    reason = models.TextField(_("why we start in the open"), max_length=1000, blank=True)
    package_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal=(
            "pair audience audience_id open_from_start reason state made_by made_at valid_to signed_at "
            "effective_from closed_at"
        ),
        plain="id package_hash",
        whose="made_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="surfacing_signed_at_iff_effective",
                condition=Q(signed_at__isnull=True, effective_from__isnull=True)
                | Q(signed_at__isnull=False, effective_from__isnull=False),
            ),
            models.CheckConstraint(
                name="surfacing_closed_at_iff_closed",
                condition=Q(state__in=["withdrawn", "lapsed"], closed_at__isnull=False)
                | Q(state__in=["open", "signed"], closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="surfacing_reason_iff_from_start",
                condition=(Q(open_from_start=True) & ~Q(reason="")) | Q(open_from_start=False, reason=""),
            ),
            models.CheckConstraint(
                name="surfacing_everybody_iff_organisation",
                condition=Q(audience="organisation", audience_id=EVERYBODY_IN_OFFICE)
                | (~Q(audience="organisation") & ~Q(audience_id=EVERYBODY_IN_OFFICE)),
            ),
            Privacy(
                see=_READ,
                add=seats() & own_seat("made_by_id") & Still("state", "open"),
                change=_READ,
                fields=("package_hash",),
                readers="pair",
                name="surfacing_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.get_audience_display()


class SurfacingItem(models.Model):
    """One thing that was ticked: a class of rows, or one row of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    surfacing = models.ForeignKey(Surfacing, on_delete=models.PROTECT, related_name="items")
    row_class = models.CharField(max_length=20, choices=RowClass)
    item_id = models.UUIDField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair surfacing row_class item_id",
        plain="id",
        whose="surfacing__made_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["row_class"]
        constraints = [
            models.CheckConstraint(name="surfacing_item_iff_listed_class", condition=names_a_row_iff_listed()),
            Privacy(
                see=seats() & Without("hidden_packages", column="surfacing_id"),
                add=seats() & ParentVisible("surfacing_id", "surfacing_surfacing", same=("pair_id",)),
                readers="pair",
                name="surfacing_item_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.row_class


class SurfacingKey(models.Model):
    """One partner's signature under one package. A key that was not given freely is never recorded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    surfacing = models.ForeignKey(Surfacing, on_delete=models.PROTECT, related_name="keys")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    package_hash = models.CharField(max_length=64)
    override_reason = models.TextField(
        _("why we show ourselves without a confirmed result"), max_length=1000, blank=True
    )
    signed_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair surfacing seat override_reason signed_at",
        plain="id package_hash",
        whose="seat__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["surfacing", "seat"], name="surfacing_key_once"),
            Privacy(
                see=seats()
                & Without("hidden_packages", column="surfacing_id")
                & Without("hidden_package_keys", column="id"),
                add=seats() & own_seat() & ParentVisible("surfacing_id", "surfacing_surfacing", same=("pair_id",)),
                readers="pair",
                name="surfacing_key_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.package_hash[:12]


class SupportRequest(models.Model):
    """What a pair asks a sponsor for: the protected time of the professional that was agreed and could not be given.

    It never changes once it is written. Nobody but the two partners reads it before both have signed a package with
    it. The hours are sums over the months from the first to the last in which hours were counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="support_requests")
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    hours_agreed = models.DecimalField(_("protected hours agreed"), max_digits=7, decimal_places=2)
    hours_given = models.DecimalField(_("protected hours given"), max_digits=7, decimal_places=2)
    text = models.TextField(_("what would help"), max_length=1000)
    written_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair first_month last_month hours_agreed hours_given text written_by written_at",
        plain="id",
        whose="written_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="support_request_is_about_a_shortfall",
                condition=Q(hours_given__gte=0, hours_agreed__gt=F("hours_given"), last_month__gte=F("first_month"))
                & ~Q(text=""),
            ),
            Privacy(
                see=granted_item("support") & of_my_chapters("written_at") & of_nobody_who_hid("written_by_id"),
                add=seats() & own_seat("written_by_id"),
                readers="pair_until_shown",
                name="support_request_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
