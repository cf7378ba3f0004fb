"""Task and relationship: a sprint on purpose, minutes told, and what was answered to a pause."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate
from rollout.kernel.privacy import Empty, Privacy
from tenants.pairs.models import Seat
from tenants.pairs.privacy import of_my_chapters, own_seat
from tenants.relationship.models.written import READ_BY_BOTH, WRITTEN_BY_AUTHOR, OfSeat, kept, together

_SPRINT = READ_BY_BOTH & of_my_chapters("proposed_at")


class Sprint(OfSeat):
    """A time in which the task comes first on purpose, until a day. Two keys open it, one closes it."""

    ends_on = models.DateField(_("last day"))
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("ends_on proposed_at agreed_by agreed_at ended_at", Fate.SHARED)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            together("sprint_agreed_as_a_whole", "agreed_by", "agreed_at"),
            models.CheckConstraint(
                name="sprint_has_two_keys", condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("seat"))
            ),
            models.UniqueConstraint(fields=["pair"], condition=Q(ended_at__isnull=True), name="sprint_one_at_a_time"),
            Privacy(
                see=_SPRINT,
                add=WRITTEN_BY_AUTHOR & Empty("agreed_by_id") & Empty("ended_at"),
                change=_SPRINT,
                fields=("agreed_by_id", "agreed_at", "ended_at"),
                readers="pair",
                name="sprint_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends_on}"


class Minutes(OfSeat):
    """How many minutes of a day one partner gave to the task and to the relationship, as they say themselves."""

    on = models.DateField(_("day"))
    task = models.PositiveSmallIntegerField(_("minutes on the task"))
    relationship = models.PositiveSmallIntegerField(_("minutes on how we work together"))

    keeping = kept("on task relationship", Fate.REMOVED)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "on"], name="minutes_once_a_day"),
            models.CheckConstraint(name="minutes_fit_in_a_day", condition=Q(task__lte=1440, relationship__lte=1440)),
            Privacy(
                see=READ_BY_BOTH & of_my_chapters("on"),
                add=WRITTEN_BY_AUTHOR,
                change=own_seat(),
                fields=("task", "relationship"),
                readers="pair",
                name="minutes_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class PauseAnswer(OfSeat):
    """What a pair said to the card that proposes twenty minutes for the two of them."""

    class Answer(models.TextChoices):
        TAKEN = "taken", _("We take the time")
        DISMISSED = "dismissed", _("Not now")

    fortnight = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer)
    answered_at = models.DateTimeField()

    keeping = kept("fortnight answer answered_at", Fate.SHARED)

    class Meta:
        ordering = ["-fortnight"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "seat", "fortnight"], name="pause_answered_once"),
            Privacy(
                see=READ_BY_BOTH & of_my_chapters("answered_at"),
                add=WRITTEN_BY_AUTHOR,
                readers="pair",
                name="pause_answer_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fortnight}"
