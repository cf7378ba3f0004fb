"""Grants: what of a pair is shown, to whom, from when, until when. Without a live one, nothing is."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Privacy, Within
from tenants.pairs.models import Pair
from tenants.pairs.privacy import seats

EVERYBODY_IN_OFFICE = uuid.UUID(int=0)
"""The audience id that stands for the organisation's rollout leads and sponsors together."""


class Audience(models.TextChoices):
    """Whom a pair can show itself to."""

    SPONSOR = "sponsor", _("One sponsor")
    BOARD = "board", _("A board")
    ORGANISATION = "organisation", _("The organisation")


class RowClass(models.TextChoices):
    """What can be shown, each ticked separately."""

    PAIR = "pair", _("That the pair exists, its title and its place")
    PEOPLE = "people", _("The names of both partners")
    TASK = "task", _("The shared task")
    PROJECT = "project", _("What the project is about, its aim and its reasons")
    DECISION = "decision", _("A decision")
    RESULT = "result", _("A result")
    SUPPORT = "support", _("A request for support")


ONCE = (RowClass.PAIR, RowClass.PEOPLE, RowClass.TASK, RowClass.PROJECT)
LISTED = (RowClass.DECISION, RowClass.RESULT, RowClass.SUPPORT)
"""What a pair has once, and what it has several of, so that a row is named by its id."""


def names_a_row_iff_listed() -> Q:
    """Of what a pair has once no row is named; of what it has several of, one is."""
    return Q(row_class__in=[one.value for one in LISTED], item_id__isnull=False) | Q(
        row_class__in=[one.value for one in ONCE], item_id__isnull=True
    )


class DisclosureGrant(models.Model):
    """A live permission, made by two keys and ended by one. Rows are made by the database alone.

    `audience_id` is a member's id for a sponsor, a board's id for a board, and EVERYBODY_IN_OFFICE for
    the organisation. `item_id` names one row of the class, or is empty for what a pair has only once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="grants")
    surfacing_id = models.UUIDField()
    row_class = models.CharField(max_length=20, choices=RowClass)
    item_id = models.UUIDField(null=True)
    audience = models.CharField(max_length=20, choices=Audience)
    audience_id = models.UUIDField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair row_class item_id audience audience_id valid_from valid_to ended_at",
        plain="id surfacing_id",
        whose="pair__seats__member",
        fate=Fate.SHARED,
    )

    class Meta:
        indexes = [models.Index(fields=["audience_id", "row_class"], name="grant_by_audience")]
        constraints = [
            models.CheckConstraint(name="grant_item_iff_listed_class", condition=names_a_row_iff_listed()),
            models.CheckConstraint(
                name="grant_ends_after_start", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
            Privacy(see=seats() | Within("live_grants", column="id"), readers="audience", name="grant_privacy"),
        ]

    def __str__(self) -> str:
        return f"{self.row_class} to {self.audience}"
