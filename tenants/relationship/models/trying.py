"""What two people assume, prepare and try out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate
from rollout.kernel.privacy import Empty, Privacy
from tenants.pairs.privacy import of_my_chapters, own_seat
from tenants.relationship.models.written import (
    READ_BY_AUTHOR,
    READ_BY_BOTH,
    WRITTEN_BY_AUTHOR,
    OfSeat,
    Showable,
    kept,
    long_text,
)


class Assumption(OfSeat):
    """Something that two people take for granted, and how they find out whether it holds."""

    class Result(models.TextChoices):
        HELD = "held", _("It held")
        CHANGED = "changed", _("We think differently now")
        UNCLEAR = "unclear", _("Still unclear")

    text = long_text(_("what we assume"))
    test = long_text(_("how we test it"))
    due_on = models.DateField(_("by when"))
    written_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result, blank=True)
    evidence = long_text(_("what we saw"), blank=True)
    seen_by = models.CharField(_("who saw it"), max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("text test due_on written_at result evidence seen_by closed_at", Fate.SHARED)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.CheckConstraint(
                name="assumption_closed_with_result_and_witness",
                condition=Q(closed_at__isnull=True, result="")
                | (Q(closed_at__isnull=False) & ~Q(result="") & ~Q(evidence="") & ~Q(seen_by="")),
            ),
            Privacy(
                see=READ_BY_BOTH & of_my_chapters("written_at"),
                add=WRITTEN_BY_AUTHOR & Empty("closed_at"),
                change=READ_BY_BOTH & of_my_chapters("written_at"),
                fields=("text", "test", "due_on", "result", "evidence", "seen_by", "closed_at"),
                readers="pair",
                name="assumption_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class HardConversation(Showable):
    """A conversation that somebody prepares, and what they learned. Never who won."""

    class Tag(models.TextChoices):
        FEAR = "fear", _("Fear")
        CHANGE = "change", _("Change")
        LOSS = "loss", _("Loss of power and identity")
        CONTROL = "control", _("Need for control")
        NOT_KNOWING = "not_knowing", _("Not knowing")

    title = models.CharField(_("what it is about"), max_length=200)
    tags = ArrayField(models.CharField(max_length=20, choices=Tag), default=list, blank=True)
    before = long_text(_("before it"))
    after = long_text(_("after it"), blank=True)
    learned = long_text(_("what I learned"), blank=True)
    written_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("shown_to title tags before after learned written_at held_at")

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="conversation_tags_are_known", condition=Q(tags__contained_by=[
                    "fear", "change", "loss", "control", "not_knowing"]),
            ),
            models.CheckConstraint(
                name="conversation_held_with_what_was_learned",
                condition=Q(held_at__isnull=True) | ~Q(learned=""),
            ),
            Privacy(
                see=READ_BY_AUTHOR,
                add=WRITTEN_BY_AUTHOR & Empty("shown_to_id"),
                change=own_seat(),
                fields=("title", "tags", "before", "after", "learned", "held_at", "shown_to_id"),
                readers="you_until_you_show",
                name="hard_conversation_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Experiment(OfSeat):
    """Something that one partner tries out, and how small it stays, so that it may fail."""

    attempt = long_text(_("what I will try"))
    limit = long_text(_("when I stop"))
    happened = long_text(_("what happened"), blank=True)
    written_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("attempt limit happened written_at finished_at", Fate.SHARED)

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="experiment_finished_with_what_happened",
                condition=Q(finished_at__isnull=True) | ~Q(happened=""),
            ),
            Privacy(
                see=READ_BY_BOTH & of_my_chapters("written_at"),
                add=WRITTEN_BY_AUTHOR,
                change=own_seat(),
                fields=("attempt", "limit", "happened", "finished_at"),
                readers="pair",
                name="experiment_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.attempt[:60]
