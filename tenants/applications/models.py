"""How a pair applies together: what each wrote alone, what both made of it, and the text that both sign."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import ParentVisible, Privacy, Rule, Still, Within, Without
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats


class Kind(models.TextChoices):
    """What each of the two writes alone before they write it together."""

    AMBITION = "ambition", _("Our ambition")
    REFLECTION = "reflection", _("How we start")


def _kept(personal: str, *, whose: str, plain: str = "id", fate: Fate = Fate.UNSHARED) -> Keeping:
    return Keeping(Period.PAIR, personal=personal, plain=plain, whose=whose, fate=fate)


def _of_own_texts() -> Rule:
    """One of the two texts is the person's own: whoever comes to the seat later reads nothing of it."""
    return Within("own_texts", column="citizen_text_id") | Within("own_texts", column="professional_text_id")


def _of_own_seats() -> Rule:
    return own_seat("citizen_seat_id") | own_seat("professional_seat_id")


class OwnText(models.Model):
    """What one of the two wrote alone. The other cannot read it until both have put theirs down; then it stays.

    It is written for these two: with another partner one begins anew, and who comes later reads nothing of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    partner_seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=4000)
    saved_at = models.DateTimeField()
    put_down_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept("pair seat partner_seat kind text saved_at put_down_at", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "partner_seat", "kind"], name="own_text_once"),
            Privacy(
                see=Within("readable_texts", column="id") & of_seats_i_met(),
                add=seats() & own_seat() & ParentVisible("partner_seat_id", "pairs_seat", same=("pair_id",)),
                change=own_seat(),
                fields=("text", "saved_at", "put_down_at"),
                readers="pair_when_both_wrote",
                name="own_text_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class JointText(models.Model):
    """What the two made of what each wrote alone. It keeps both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    citizen_text = models.ForeignKey(OwnText, on_delete=models.PROTECT, related_name="+")
    professional_text = models.ForeignKey(OwnText, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    edited_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    keeping = _kept(
        "pair kind citizen_text professional_text text edited_by edited_at",
        whose="edited_by__member",
        fate=Fate.SHARED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen_text", "professional_text"], name="joint_text_once"),
            Privacy(
                see=_of_own_texts() & of_seats_i_met("edited_by_id"),
                add=seats()
                & own_seat("edited_by_id")
                & ParentVisible("citizen_text_id", "applications_owntext", same=("pair_id", "kind"))
                & ParentVisible("professional_text_id", "applications_owntext", same=("pair_id", "kind")),
                change=seats() & _of_own_texts() & of_seats_i_met("edited_by_id"),
                fields=("text", "edited_by_id", "edited_at"),
                readers="pair",
                name="joint_text_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Application(models.Model):
    """The application of two people: to the organisation that they are in, or to a system that it belongs to.

    What both sign is written down in it word for word, with its hash. Nobody else reads it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SUBMITTED = "submitted", _("Handed in")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Host(models.TextChoices):
        ORGANISATION = "organisation", _("This organisation")
        SYSTEM = "system", _("A system that it belongs to")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    citizen_seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    professional_seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    host = models.CharField(max_length=20, choices=Host, blank=True)
    system_id = models.UUIDField(null=True, blank=True)
    host_name = models.CharField(max_length=200, blank=True)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair citizen_seat professional_seat state host system_id host_name content begun_at submitted_at closed_at",
        whose="keys__seat__member",
        plain="id content_hash",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair"], condition=Q(state__in=["draft", "submitted"]), name="application_open_once"
            ),
            models.CheckConstraint(
                name="application_system_iff_host",
                condition=Q(host="system", system_id__isnull=False) | (~Q(host="system") & Q(system_id__isnull=True)),
            ),
            models.CheckConstraint(
                name="application_submitted_at_fits",
                condition=Q(state="draft", submitted_at__isnull=True)
                | (Q(state="submitted", submitted_at__isnull=False) & ~Q(host=""))
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="application_closed_iff_withdrawn",
                condition=Q(state="withdrawn", closed_at__isnull=False)
                | (~Q(state="withdrawn") & Q(closed_at__isnull=True)),
            ),
            Privacy(
                see=_of_own_seats() & Without("hidden_applications", column="id"),
                add=seats()
                & _of_own_seats()
                & Still("state", "draft")
                & ParentVisible("citizen_seat_id", "pairs_seat", same=("pair_id",))
                & ParentVisible("professional_seat_id", "pairs_seat", same=("pair_id",)),
                change=_of_own_seats() & Without("hidden_applications", column="id"),
                fields=(
                    "state", "host", "system_id", "host_name", "content", "content_hash", "submitted_at", "closed_at",
                ),
                readers="pair",
                name="application_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_state_display()


class ApplicationKey(Key):
    """A partner's signature under the application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="keys")

    keeping = Keeping(
        Period.PAIR,
        personal="pair seat signed_at application",
        plain="id content_hash",
        whose="seat__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "seat"], name="application_key_once"),
            Privacy(
                see=Within("own_applications", column="application_id"),
                add=seats()
                & own_seat()
                & ParentVisible("application_id", "applications_application", same=("pair_id",)),
                readers="pair",
                name="application_key_privacy",
            ),
        ]
