"""Aim and reasons of a project, who says so, and who has signed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate
from rollout.kernel.privacy import ParentVisible, Privacy, Still
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import granted, own_seat, seats
from tenants.workplan.models.keeping import kept


class Theme(models.TextChoices):
    """What people want to change: a project has one, and whoever looks for a partner may name several."""

    PATHWAY = "pathway", _("How care is organised")
    ACCESS = "access", _("Who gets care, and who does not")
    EXPERIENCE = "experience", _("How care feels to people")
    SAFETY = "safety", _("Safety")
    OTHER = "other", _("Something else")


class ProjectFrame(models.Model):
    """Why a pair works on this, where, and how it will know: one frame for each pair.

    It is active once both partners have signed it. It needs a place, an aim that can be measured, and somebody besides
    the professional partner who says that this matters. An edit clears the keys.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.OneToOneField(Pair, on_delete=models.PROTECT, related_name="project")
    theme = models.CharField(max_length=12, choices=Theme, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    aim = models.TextField(_("what changes"), max_length=1000, blank=True)
    how_much = models.CharField(_("how much"), max_length=200, blank=True)
    by_when = models.DateField(_("by when"), null=True, blank=True)
    whose_issue = models.TextField(_("whose issue it is"), max_length=1000, blank=True)
    how_we_know = models.TextField(_("how we know"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    content_hash = models.CharField(max_length=64)
    edited_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    active_since = models.DateTimeField(null=True, blank=True)

    keeping = kept(
        "pair theme place aim how_much by_when whose_issue how_we_know state edited_by edited_at active_since",
        plain="id content_hash",
        whose="edited_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="frame_active_says_all",
                condition=Q(state="draft", active_since__isnull=True)
                | (
                    Q(state="active", active_since__isnull=False, by_when__isnull=False)
                    & ~Q(theme="")
                    & ~Q(place="")
                    & ~Q(aim="")
                    & ~Q(how_much="")
                    & ~Q(whose_issue="")
                    & ~Q(how_we_know="")
                ),
            ),
            Privacy(
                see=granted("project"),
                add=seats() & own_seat("edited_by_id") & Still("state", "draft"),
                change=seats(),
                fields=(
                    "theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know", "state",
                    "content_hash", "edited_by_id", "edited_at", "active_since",
                ),
                readers="pair_until_shown",
                name="project_frame_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.aim[:60]


class FrameSource(models.Model):
    """Somebody or something that says that this matters, by name."""

    class Kind(models.TextChoices):
        USERS = "users", _("People who use the service")
        GROUP = "group", _("A patients’ or citizens’ group")
        COMMUNITY = "community", _("A community or third-sector organisation")
        STAFF = "staff", _("Other staff")
        DATA = "data", _("Figures or a report")
        CITIZEN_PARTNER = "citizen_partner", _("The patient or citizen partner")
        PROFESSIONAL_PARTNER = "professional_partner", _("The professional partner")
        OTHER = "other", _("Somebody else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    frame = models.ForeignKey(ProjectFrame, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    says = models.TextField(_("what they say"), max_length=1000, blank=True)

    keeping = kept("pair frame kind name says", whose="frame__edited_by__member", fate=Fate.UNSHARED)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            Privacy(
                see=seats(),
                add=seats() & ParentVisible("frame_id", "workplan_projectframe", same=("pair_id",)),
                remove=seats(),
                readers="pair",
                name="frame_source_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FrameKey(Key):
    """A partner's signature under the project's aim and reasons."""

    frame = models.ForeignKey(ProjectFrame, on_delete=models.PROTECT, related_name="keys")

    keeping = kept("pair seat signed_at frame", plain="id content_hash", whose="seat__member", fate=Fate.UNSHARED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "seat"], name="frame_key_once"),
            Privacy(
                see=seats(),
                add=seats() & own_seat() & ParentVisible("frame_id", "workplan_projectframe", same=("pair_id",)),
                readers="pair",
                name="frame_key_privacy",
            ),
        ]
