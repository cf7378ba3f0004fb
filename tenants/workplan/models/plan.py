"""Tasks and milestones."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import Privacy, Still
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_nobody_who_hid, own_seat, seats
from tenants.workplan.models.keeping import kept


class Who(models.TextChoices):
    """Which partner, or both."""

    CITIZEN = "citizen", _("The patient or citizen")
    PROFESSIONAL = "professional", _("The professional")
    BOTH = "both", _("Both")


class Planned(models.Model):
    """One line of the plan. Open, then done or dropped; both can be undone. While it is open it can be said better, or
    moved to another day."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("what"), max_length=200)
    due_on = models.DateField(_("until when"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


def _closed(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
    )


def _planned(name: str, *more: str) -> Privacy:
    return Privacy(
        see=seats() & of_nobody_who_hid("added_by_id"),
        add=seats() & own_seat("added_by_id") & Still("state", "open"),
        change=seats() & of_nobody_who_hid("added_by_id"),
        fields=("text", "due_on", *more, "state", "closed_at"),
        readers="pair",
        name=name,
    )


class PlanTask(Planned):
    """Something to do: who does it, until when."""

    who = models.CharField(_("who"), max_length=12, choices=Who, default=Who.BOTH)

    keeping = kept("pair text who due_on state added_by added_at closed_at", whose="added_by__member")

    class Meta:
        ordering = ["due_on", "added_at"]
        constraints = [_closed("plan_task_closed_iff_not_open"), _planned("plan_task_privacy", "who")]


class Milestone(Planned):
    """A point on the way, with the day when it should be reached."""

    keeping = kept("pair text due_on state added_by added_at closed_at", whose="added_by__member")

    class Meta:
        ordering = ["due_on", "added_at"]
        constraints = [_closed("milestone_closed_iff_not_open"), _planned("milestone_privacy")]
