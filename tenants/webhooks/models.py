"""Addresses outside that hear of what its person may see here anyway, and what was sent to them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, ParentVisible, Privacy, Within
from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Role

LONGEST_WAY = dt.timedelta(days=1)
"""No message is tried by itself for longer."""

_OWN = Mine("person_id") & Within("own_capacity", column="capacity")


class Topic(models.TextChoices):
    """What acts are about: the first word of their names in the record."""

    PAIR = "pair", _("Pairs")
    INVITATION = "invitation", _("Invitations")
    PROPOSAL = "proposal", _("Proposals to be partners")
    SHARED_TASK = "shared_task", _("Shared tasks")
    DECISION = "decision", _("Decisions")
    RESULT = "result", _("Results")
    ROUND = "round", _("Check-ins and other rounds")
    SURFACING = "surfacing", _("What a pair shows")
    MESSAGE = "message", _("Messages and comments")
    MEETING = "meeting", _("Meetings")
    RELATIONSHIP = "relationship", _("How two partners work together")
    BALANCE = "balance", _("Task and relationship")
    APPLICATION = "application", _("Applications")
    SHARED_LINE = "shared_line", _("What two partners share")
    PRINCIPLE = "principle", _("Working principles")
    TIME_AGREEMENT = "time_agreement", _("Time agreements")
    HOURS = "hours", _("Hours that were given")
    NEED = "need", _("What helps somebody take part")
    PROJECT = "project", _("Aim and reasons")
    PLAN = "plan", _("Tasks and milestones")
    MEASURE = "measure", _("Measures")
    STAKEHOLDER = "stakeholder", _("People around a project")
    FILE = "file", _("Files")
    PASSAGE = "passage", _("Shared passages")
    PAIR_REFLECTION = "pair_reflection", _("Reflections of both")
    LEARNING = "learning", _("What a pair learns")
    LEARNING_SHARE = "learning_share", _("What of it is shared")
    MEMBERSHIP = "membership", _("Memberships")
    OFFICE = "office", _("Offices")
    REGISTRATION = "registration", _("Registration by link")
    ROSTER = "roster", _("Rosters")
    BOARD = "board", _("Boards")
    PACK = "pack", _("Board packs")
    EXPORT = "export", _("Exports of the organisation's data")
    INSTRUMENT = "instrument", _("Instruments")
    ORGANISATION = "organisation", _("Settings of the organisation")
    WEBHOOK = "webhook", _("Webhooks of rollout leads")


TOPICS: dict[str, tuple[Topic, ...]] = {
    PARTNER: (
        Topic.PAIR,
        Topic.INVITATION,
        Topic.PROPOSAL,
        Topic.SHARED_TASK,
        Topic.DECISION,
        Topic.RESULT,
        Topic.ROUND,
        Topic.SURFACING,
        Topic.MESSAGE,
        Topic.MEETING,
        Topic.RELATIONSHIP,
        Topic.BALANCE,
        Topic.APPLICATION,
        Topic.SHARED_LINE,
        Topic.PRINCIPLE,
        Topic.TIME_AGREEMENT,
        Topic.HOURS,
        Topic.NEED,
        Topic.PROJECT,
        Topic.PLAN,
        Topic.MEASURE,
        Topic.STAKEHOLDER,
        Topic.FILE,
        Topic.PASSAGE,
        Topic.PAIR_REFLECTION,
        Topic.LEARNING,
        Topic.LEARNING_SHARE,
    ),
    Role.ROLLOUT_LEAD: (
        Topic.INVITATION,
        Topic.MEMBERSHIP,
        Topic.OFFICE,
        Topic.ROSTER,
        Topic.BOARD,
        Topic.PACK,
        Topic.EXPORT,
        Topic.INSTRUMENT,
        Topic.ORGANISATION,
        Topic.WEBHOOK,
        Topic.REGISTRATION,
    ),
}
"""What each hat can hear of: a partner what their pairs do, a rollout lead what the organisation does."""


class Webhook(models.Model):
    """One address of one person in one hat. Nobody else knows that it is there."""

    class Pause(models.TextChoices):
        ASKED = "asked", _("Paused by you")
        FAILING = "failing", _("Paused because nothing arrived")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField()
    capacity = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    topics = ArrayField(models.CharField(max_length=20, choices=Topic.choices))
    secret = models.TextField()
    secret_before = models.TextField(blank=True, default="")
    secret_changed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=10, choices=Pause.choices, blank=True, default="")

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="person_id capacity name url topics secret_changed_at made_at delivered_at paused_at paused_because",
        plain="id",
        withheld="secret secret_before",
        why="whoever has a copy could send messages in its name",
        whose="person_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            Privacy(
                see=_OWN,
                add=_OWN,
                change=_OWN,
                remove=_OWN,
                fields=(
                    "name",
                    "url",
                    "topics",
                    "secret",
                    "secret_before",
                    "secret_changed_at",
                    "delivered_at",
                    "paused_at",
                    "paused_because",
                ),
                readers="only_you",
                name="webhook_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message about one act, however often it is tried. Its id is the same each time.

    Rows are made by the database beside the entry of the act itself; only tests of a webhook, which have no act,
    are added by the person.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("On its way")
        DELIVERED = "delivered", _("Arrived")
        FAILED = "failed", _("Did not arrive")
        WITHHELD = "withheld", _("Not sent: you may not see this any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    person_id = models.UUIDField()
    capacity = models.CharField(max_length=20)
    event_id = models.UUIDField(null=True)
    event = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_left = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=20, blank=True, default="")
    tried_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()

    keeping = Keeping(
        Period.SETTLED,
        personal="webhook person_id capacity event_id event happened_at state status problem tried_at asked_at",
        plain="id tries tries_left",
        whose="person_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-happened_at"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="delivery_once_per_act"),
            Privacy(
                see=_OWN,
                add=_OWN & ParentVisible("webhook_id", "webhooks_webhook", same=("person_id", "capacity")),
                change=_OWN,
                remove=_OWN,
                fields=("state", "tries", "tries_left", "status", "problem", "tried_at", "asked_at"),
                readers="only_you",
                name="delivery_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.event

    @property
    def is_on_its_way(self) -> bool:
        """Whether it will still be tried by itself. One that was put back from a backup has lost its job."""
        return self.state == self.State.WAITING and clock.now() - self.asked_at < LONGEST_WAY
