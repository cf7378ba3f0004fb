"""What helps a person to take part."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, Privacy, Within
from tenants.members.models import Member
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import own_seat, seats


class CommunicationNeed(models.Model):
    """Something that helps a person to take part. The person alone writes it, and shares it pair by pair."""

    class Kind(models.TextChoices):
        LARGE_PRINT = "large_print", _("Large print")
        HIGH_CONTRAST = "high_contrast", _("High contrast")
        EASY_READ = "easy_read", _("Easy read")
        INTERPRETER = "interpreter", _("An interpreter")
        TEXT_RELAY = "text_relay", _("Text relay for telephone calls")
        CHANNEL = "channel", _("A way to reach me")
        BREAKS = "breaks", _("Breaks")
        STEP_FREE = "step_free", _("A venue without steps")
        QUIET_ROOM = "quiet_room", _("A quiet room")
        COMPANION = "companion", _("Somebody who comes with me")
        OTHER = "other", _("Something else")

    class Channel(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        LETTER = "letter", _("By letter")
        TELEPHONE = "telephone", _("By telephone")
        TEXT_MESSAGE = "text_message", _("By text message")

    class Met(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    detail = models.CharField(_("in your own words"), max_length=500, blank=True)
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    met = models.CharField(_("is it met"), max_length=10, choices=Met, blank=True)
    noted_at = models.DateTimeField()
    look_again_on = models.DateField()

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="member kind detail channel met noted_at look_again_on",
        plain="id",
        whose="member",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="need_once"),
            models.CheckConstraint(
                name="need_says_what",
                condition=~Q(kind__in=["interpreter", "other"]) | ~Q(detail=""),
            ),
            models.CheckConstraint(
                name="need_channel_iff_kind",
                condition=(Q(kind="channel") & ~Q(channel="")) | (~Q(kind="channel") & Q(channel="")),
            ),
            Privacy(
                see=Mine("member_id") | Within("needs_shared_with_me", column="id"),
                add=Mine("member_id"),
                change=Mine("member_id"),
                remove=Mine("member_id"),
                fields=("detail", "channel", "met", "noted_at", "look_again_on"),
                readers="you_until_shared",
                name="need_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class NeedShare(models.Model):
    """A need that its person shows to one partner. It ends at once when its person wants, or when somebody leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(CommunicationNeed, on_delete=models.PROTECT, related_name="shares")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR, personal="pair need seat shared_at", plain="id", whose="seat__member", fate=Fate.REMOVED
    )

    class Meta:
        ordering = ["shared_at"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "need"], name="need_share_once"),
            Privacy(
                see=seats(),
                add=seats() & own_seat() & Within("own_needs", column="need_id"),
                remove=seats() & own_seat(),
                readers="pair",
                name="need_share_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.need_id)
