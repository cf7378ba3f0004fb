"""People who look for a partner, and how two of them come to meet. No office sees any of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Answers, Capacity, Mine, Privacy, Within
from tenants.members.models import Member, PartnerKind, Side, Site
from tenants.members.privacy import office
from tenants.workplan.models import Theme


class Time(models.TextChoices):
    """When somebody could meet."""

    MORNINGS = "mornings", _("In the morning")
    AFTERNOONS = "afternoons", _("In the afternoon")
    EVENINGS = "evenings", _("In the evening")
    WEEKENDS = "weekends", _("At the weekend")


def _kept(personal: str, *, plain: str = "id", whose: str = "member", **more: Any) -> Keeping:
    return Keeping(Period.MEMBERSHIP, personal=personal, plain=plain, whose=whose, fate=Fate.REMOVED, **more)


class Profile(models.Model):
    """What somebody who looks for a partner says of themselves.

    While it is on, members on the other side whose own is on read it without the name. The row itself,
    which says whose it is, is read by its owner alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=False)
    side = models.CharField(max_length=20, choices=Side)
    kind = models.CharField(max_length=20, choices=PartnerKind)
    brings = models.TextField(max_length=1000)
    looks_for = models.TextField(max_length=1000)
    themes = ArrayField(models.CharField(max_length=20, choices=Theme), default=list, blank=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    times = ArrayField(models.CharField(max_length=20, choices=Time), default=list, blank=True)
    time_words = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    keeping = _kept("member is_on side kind brings looks_for themes site place times time_words changed_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profile_kind_fits_side",
                condition=Q(side="citizen", kind__in=["patient", "carer", "citizen", "vcse_leader"])
                | Q(side="professional", kind__in=["clinician", "manager", "other"]),
            ),
            Privacy(
                see=Mine("member_id") & Capacity("partner"),
                add=Mine("member_id") & Capacity("partner") & Answers("is_member"),
                change=Mine("member_id") & Capacity("partner") & Answers("is_member"),
                fields=(
                    "is_on", "side", "kind", "brings", "looks_for", "themes", "site_id", "place", "times",
                    "time_words", "changed_at",
                ),
                readers="those_who_look",
                name="profile_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()


class Introduction(models.Model):
    """One person would like to meet another. What was written for it stays with the two.

    A decline is never a state of it: it stands in a row that only the person who declined can read.
    It is made and moved by the database's functions alone.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        NOT_YET = "not_yet", _("Not yet")
        ACCEPTED = "accepted", _("You can meet")
        WITHDRAWN = "withdrawn", _("Taken back")
        ENDED = "ended", _("Not going further")
        FOUNDED = "founded", _("You are a pair")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asker = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    asker_side = models.CharField(max_length=20, choices=Side)
    asker_kind = models.CharField(max_length=20, choices=PartnerKind)
    asked_kind = models.CharField(max_length=20, choices=PartnerKind)
    motivation = models.TextField(max_length=1000)
    fit = models.TextField(max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    meeting = models.CharField(max_length=300, blank=True)

    keeping = _kept(
        "asker asked asker_side asker_kind asked_kind motivation fit state asked_at lapses_at accepted_at closed_at "
        "meeting",
        whose="asker__member",
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["asker", "asked"], name="introduction_asked_once"),
            models.CheckConstraint(name="introduction_of_two", condition=~Q(asker=F("asked"))),
            models.CheckConstraint(
                name="introduction_accepted_at_fits",
                condition=Q(state__in=["accepted", "founded", "ended"], accepted_at__isnull=False)
                | Q(state__in=["asked", "not_yet", "withdrawn"], accepted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="introduction_closed_at_fits",
                condition=Q(state__in=["withdrawn", "ended", "founded"], closed_at__isnull=False)
                | Q(state__in=["asked", "not_yet", "accepted"], closed_at__isnull=True),
            ),
            Privacy(see=Within("own_introductions", column="id"), readers="the_two", name="introduction_privacy"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class Declined(models.Model):
    """Somebody does not want to meet. Nobody else can read it, so to the asker it is an unanswered question.

    It has no foreign key to the introduction: the check of one would leave a mark on the row that the asker reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    introduction_id = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField()

    keeping = _kept("member introduction_id declined_at")

    class Meta:
        constraints = [
            Privacy(see=Mine("member_id") & Capacity("partner"), readers="only_you", name="declined_privacy"),
        ]

    def __str__(self) -> str:
        return str(self.introduction_id)


class Yes(models.Model):
    """One of two who have met wants to be a pair. The other reads it only as the pair that comes of two."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    introduction = models.ForeignKey(Introduction, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    keeping = _kept("introduction member said_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "member"], name="yes_said_once"),
            Privacy(see=Mine("member_id") & Capacity("partner"), readers="only_you", name="yes_privacy"),
        ]

    def __str__(self) -> str:
        return str(self.introduction_id)


class Registration(models.Model):
    """A time in which people may come in by themselves to look for a partner, opened by a rollout lead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(Period.ORGANISATION, plain="id opened_at closed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(closed_at__isnull=True), name="registration_open_once"
            ),
            Privacy(
                see=office("rollout_lead"),
                add=office("rollout_lead"),
                change=office("rollout_lead"),
                fields=("closed_at",),
                readers="rollout_lead",
                name="registration_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.opened_at)
