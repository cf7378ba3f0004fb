"""What two partners write to each other, how far each has read, and what news of it comes by e-mail."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, Privacy
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats

PAIR_ITSELF = "pair"
"""The kind of subject of the pair's own conversation: it is about the pair, whose id is the subject."""


class Message(models.Model):
    """A few words from one partner to the other, about the pair itself or about one of its things.

    It is between the two people who sat there when it was written: who comes later does not read it.
    The writer may take it back for a day; that it was there stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=4000, blank=True)
    sent_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair subject_kind subject_id seat to text sent_at taken_back_at",
        plain="id",
        whose="seat__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["pair", "subject_kind", "subject_id", "sent_at"], name="message_talk")]
        constraints = [
            models.CheckConstraint(
                name="message_empty_iff_taken_back",
                condition=(Q(taken_back_at__isnull=True) & ~Q(text="")) | (Q(taken_back_at__isnull=False) & Q(text="")),
            ),
            models.CheckConstraint(name="message_to_the_other", condition=~Q(seat=models.F("to"))),
            Privacy(
                see=seats() & (own_seat() | own_seat("to_id")) & of_seats_i_met(),
                add=seats() & own_seat(),
                change=seats() & own_seat(),
                fields=("text", "taken_back_at"),
                readers="pair",
                name="message_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ReadMark(models.Model):
    """How far somebody has read one talk. The partner never learns it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    read_until = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair seat subject_kind subject_id read_until",
        plain="id",
        whose="seat__member",
        fate=Fate.REMOVED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "subject_kind", "subject_id"], name="read_mark_one_per_talk"),
            Privacy(
                see=own_seat(),
                add=seats() & own_seat(),
                change=own_seat(),
                fields=("read_until",),
                readers="only_you",
                name="read_mark_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.subject_kind


class NewsChoice(models.Model):
    """Whether somebody hears by e-mail that something waits for them, and when the last such letter went out.

    Also how often somebody wants to be reminded to write for themselves, and the day of the next reminder.
    """

    class How(models.TextChoices):
        EACH = "each", _("A few minutes after something new")
        DAILY = "daily", _("Once a day, in the morning")
        NONE = "none", _("No e-mail")

    class Every(models.IntegerChoices):
        NEVER = 0, _("No reminder")
        WEEK = 1, _("Every week")
        FORTNIGHT = 2, _("Every two weeks")
        MONTH = 4, _("Every four weeks")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(unique=True)
    how = models.CharField(max_length=10, choices=How, default=How.DAILY)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mailed_by = models.UUIDField(null=True, blank=True)
    reflect_weeks = models.PositiveSmallIntegerField(choices=Every, default=Every.NEVER)
    reflect_on = models.DateField(null=True, blank=True)

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="person_id how mailed_at reflect_weeks reflect_on",
        plain="id mailed_by",
        whose="person_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="news_choice_reminds_on_a_day",
                condition=Q(reflect_weeks=0, reflect_on__isnull=True)
                | Q(reflect_weeks__in=[1, 2, 4], reflect_on__isnull=False),
            ),
            Privacy(
                see=Mine("person_id"),
                add=Mine("person_id"),
                change=Mine("person_id"),
                fields=("how", "mailed_at", "mailed_by", "reflect_weeks", "reflect_on"),
                readers="only_you",
                name="news_choice_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.how
