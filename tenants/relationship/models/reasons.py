"""Why there was no time: the word that is said first, and what may stand behind it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import Empty, Privacy
from tenants.pairs.privacy import own_seat
from tenants.relationship.models.written import READ_BY_AUTHOR, WRITTEN_BY_AUTHOR, Showable, kept


class TimeReason(Showable):
    """Why somebody declined, moved or skipped something. The second answer is a private question to oneself.

    Illness, caring and what hangs together with benefits is "access": it has no second question and is never counted.
    """

    class First(models.TextChoices):
        NO_TIME = "no_time", _("No time")
        ACCESS = "access", _("Illness, caring or another limit that I do not choose")
        OTHER = "other", _("Something else")

    class Second(models.TextChoices):
        CAPACITY = "capacity", _("I really have no hour left")
        PRIORITY = "priority", _("It is not my priority now")
        WORRIED = "worried", _("I am worried about it")
        DISAGREE = "disagree", _("I do not agree with it")
        PREFER_NOT = "prefer_not", _("I prefer not to say")
        NOT_SAID = "not_said", _("Not said")

    kind = models.CharField(max_length=30)
    subject = models.UUIDField()
    first = models.CharField(max_length=10, choices=First)
    second = models.CharField(max_length=10, choices=Second, blank=True)
    said_at = models.DateTimeField()

    keeping = kept("shown_to kind subject first second said_at")

    class Meta:
        ordering = ["-said_at"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "kind", "subject"], name="time_reason_once"),
            models.CheckConstraint(
                name="time_reason_second_iff_no_time",
                condition=(Q(first="no_time") & ~Q(second="")) | (~Q(first="no_time") & Q(second="")),
            ),
            Privacy(
                see=READ_BY_AUTHOR,
                add=WRITTEN_BY_AUTHOR & Empty("shown_to_id"),
                change=own_seat(),
                fields=("first", "second", "said_at", "shown_to_id"),
                readers="you_until_you_show",
                name="time_reason_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.first
