"""The project of a pair: its aim and reasons, what is measured, the plan, the people around it, and its files."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Still
from tenants.members.fields import NameField
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import own_seat, seats
from tenants.projects.models import Key, ResultClaim


def _kept(personal: str, *, whose: str, plain: str = "id", fate: Fate = Fate.SHARED, **more: Any) -> Keeping:
    return Keeping(Period.PAIR, personal=personal, plain=plain, whose=whose, fate=fate, **more)


class ProjectFrame(models.Model):
    """Why a pair works on this, where, and how it will know: one frame for each pair.

    It is active once both partners have signed it. It needs a place, an aim that can be measured, and somebody besides
    the professional partner who says that this matters. An edit clears the keys.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")

    class Theme(models.TextChoices):
        PATHWAY = "pathway", _("The way through care")
        ACCESS = "access", _("Access and inequalities")
        EXPERIENCE = "experience", _("What people experience")
        SAFETY = "safety", _("Safety")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.OneToOneField(Pair, on_delete=models.PROTECT, related_name="+")
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

    keeping = _kept(
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
                see=seats(),
                add=seats() & own_seat("edited_by_id") & Still("state", "draft"),
                change=seats(),
                fields=(
                    "theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know", "state",
                    "content_hash", "edited_by_id", "edited_at", "active_since",
                ),
                readers="pair",
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

    keeping = _kept("pair frame kind name says", whose="frame__edited_by__member", fate=Fate.UNSHARED)

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

    keeping = _kept("pair seat signed_at frame", plain="id content_hash", whose="seat__member", fate=Fate.UNSHARED)

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


class Measure(models.Model):
    """Something that is counted again and again, to see whether the work changes anything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("what we measure"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    higher_is_better = models.BooleanField(_("higher is better"), default=True)
    baseline_value = models.DecimalField(_("value at the start"), max_digits=12, decimal_places=2)
    baseline_on = models.DateField(_("date of the start value"))
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    keeping = _kept(
        "pair name unit higher_is_better baseline_value baseline_on added_by added_at", whose="added_by__member"
    )

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            Privacy(
                see=seats(),
                add=seats() & own_seat("added_by_id"),
                change=seats(),
                fields=("name", "unit", "higher_is_better", "baseline_value", "baseline_on"),
                readers="pair",
                name="measure_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfMeasure(models.Model):
    """Something about a measure on one day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        abstract = True


class MeasureValue(OfMeasure):
    """One dated value of a measure. Either partner adds it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="values")
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)

    keeping = _kept("pair measure on value added_by added_at", whose="added_by__member")

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "on"], name="measure_value_once_a_day"),
            Privacy(
                see=seats(),
                add=seats()
                & own_seat("added_by_id")
                & ParentVisible("measure_id", "workplan_measure", same=("pair_id",)),
                remove=seats(),
                readers="pair",
                name="measure_value_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"


class MeasureNote(OfMeasure):
    """What changed on a day, to be read beside the values."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(_("what changed here"), max_length=300)

    keeping = _kept("pair measure on text added_by added_at", whose="added_by__member")

    class Meta:
        ordering = ["on", "added_at"]
        constraints = [
            Privacy(
                see=seats(),
                add=seats()
                & own_seat("added_by_id")
                & ParentVisible("measure_id", "workplan_measure", same=("pair_id",)),
                remove=seats(),
                readers="pair",
                name="measure_note_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Who(models.TextChoices):
    """Which partner, or both."""

    CITIZEN = "citizen", _("The patient or citizen")
    PROFESSIONAL = "professional", _("The professional")
    BOTH = "both", _("Both")


class Planned(models.Model):
    """One line of the plan. Open, then done or dropped; both can be undone."""

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


def _planned(name: str) -> Privacy:
    return Privacy(
        see=seats(),
        add=seats() & own_seat("added_by_id") & Still("state", "open"),
        change=seats(),
        fields=("state", "closed_at"),
        readers="pair",
        name=name,
    )


class PlanTask(Planned):
    """Something to do: who does it, until when."""

    who = models.CharField(_("who"), max_length=12, choices=Who, default=Who.BOTH)

    keeping = _kept("pair text who due_on state added_by added_at closed_at", whose="added_by__member")

    class Meta:
        ordering = ["due_on", "added_at"]
        constraints = [_closed("plan_task_closed_iff_not_open"), _planned("plan_task_privacy")]


class Milestone(Planned):
    """A point on the way, with the day when it should be reached."""

    keeping = _kept("pair text due_on state added_by added_at closed_at", whose="added_by__member")

    class Meta:
        ordering = ["due_on", "added_at"]
        constraints = [_closed("milestone_closed_iff_not_open"), _planned("milestone_privacy")]


class Stakeholder(models.Model):
    """Somebody around the project: what they can move, what they need, and who of the two speaks with them.

    One partner says who does; it is agreed when the other one confirms it.
    """

    class Level(models.TextChoices):
        LOW = "low", _("Low")
        MIDDLE = "middle", _("Middle")
        HIGH = "high", _("High")

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports it")
        NEUTRAL = "neutral", _("Neither for nor against")
        WORRIED = "worried", _("Has worries")
        AGAINST = "against", _("Is against it")
        UNKNOWN = "unknown", _("We do not know yet")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    name = NameField(_("name or role"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    interest = models.CharField(max_length=10, choices=Level)
    influence = models.CharField(max_length=10, choices=Level)
    stance = models.CharField(max_length=10, choices=Stance, default=Stance.UNKNOWN)
    needs = models.TextField(_("what they need"), max_length=1000, blank=True)
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    approacher = models.CharField(max_length=12, choices=Who, blank=True)
    approacher_named_by = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approacher_named_at = models.DateTimeField(null=True, blank=True)
    approacher_agreed_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair name organisation interest influence stance needs added_by added_at approacher approacher_named_by"
        " approacher_named_at approacher_agreed_at",
        whose="added_by__member",
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="stakeholder_approacher_iff_named",
                condition=Q(
                    approacher="",
                    approacher_named_by__isnull=True,
                    approacher_named_at__isnull=True,
                    approacher_agreed_at__isnull=True,
                )
                | (~Q(approacher="") & Q(approacher_named_by__isnull=False, approacher_named_at__isnull=False)),
            ),
            Privacy(
                see=seats(),
                add=seats() & own_seat("added_by_id") & Still("approacher", ""),
                change=seats(),
                remove=seats(),
                fields=(
                    "name", "organisation", "interest", "influence", "stance", "needs", "approacher",
                    "approacher_named_by_id", "approacher_named_at", "approacher_agreed_at",
                ),
                readers="pair",
                name="stakeholder_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class StakeholderContact(models.Model):
    """That one of the two spoke with somebody, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="contacts")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    text = models.TextField(_("what came of it"), max_length=1000)
    noted_at = models.DateTimeField()

    keeping = _kept("pair stakeholder seat on text noted_at", whose="seat__member")

    class Meta:
        ordering = ["-on", "-noted_at"]
        constraints = [
            Privacy(
                see=seats(),
                add=seats() & own_seat() & ParentVisible("stakeholder_id", "workplan_stakeholder", same=("pair_id",)),
                remove=seats(),
                readers="pair",
                name="stakeholder_contact_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PairFile(models.Model):
    """A file of a pair, or evidence of a result. Its uploader can take it away; that it was here stays."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        MINUTES = "minutes", _("Notes of a meeting")
        DRAFT = "draft", _("Draft")
        PICTURE = "picture", _("Picture")
        OTHER = "other", _("Something else")

    FOLDER = "pair-files"
    """Where files of pairs lie in the organisation's folder, each under a random name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    result = models.ForeignKey(ResultClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=80, blank=True)
    sha = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_away_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair title kind result file_name size uploaded_by uploaded_at taken_away_at",
        plain="id media_type path sha",
        whose="uploaded_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["-uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="pair_file_path_once"),
            models.CheckConstraint(
                name="pair_file_there_unless_taken_away",
                condition=Q(taken_away_at__isnull=True, path__regex="^pair-files/[0-9a-f]{32}$")
                | Q(taken_away_at__isnull=False, path=""),
            ),
            Privacy(
                see=seats(),
                add=seats()
                & own_seat("uploaded_by_id")
                & Empty("taken_away_at")
                & (Empty("result_id") | ParentVisible("result_id", "projects_resultclaim", same=("pair_id",))),
                change=seats() & own_seat("uploaded_by_id"),
                fields=("path", "taken_away_at"),
                readers="pair",
                name="pair_file_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.title
