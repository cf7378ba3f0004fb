"""What a pair works on: the shared task, decisions with two keys, results with corroboration."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Still, Without
from tenants.members.fields import NameField
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import granted, granted_item, own_seat, seats
from tenants.projects.models.options import DecisionOption

__all__ = [
    "Decision", "DecisionKey", "DecisionOption", "DecisionReason", "ResultClaim", "ResultKey", "ResultPoint",
    "SharedTask", "SharedTaskKey", "Witness",
]  # fmt: skip

_OPEN_TO_ME = Without("hidden_decisions", column="id")
"""Not what was left open in a chapter before mine, and not what somebody hid on leaving."""


def _kept(personal: str, *, plain: str = "id content_hash", fate: Fate = Fate.UNSHARED, **more: Any) -> Keeping:
    return Keeping(Period.PAIR, personal=personal, plain=plain, fate=fate, **more)


class SharedTask(models.Model):
    """The joint challenge, in one text that both partners sign. An edit clears both keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.OneToOneField(Pair, on_delete=models.PROTECT, related_name="shared_task")
    text = models.TextField(_("shared task"), max_length=2000)
    content_hash = models.CharField(max_length=64)
    edited_by = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept("pair text edited_by edited_at agreed_at", whose="edited_by__member")

    class Meta:
        constraints = [
            Privacy(
                see=granted("task"),
                add=seats(),
                change=seats(),
                fields=("text", "content_hash", "edited_by_id", "edited_at", "agreed_at"),
                readers="pair_until_shown",
                name="shared_task_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Decision(models.Model):
    """Something a pair settles together. It stands only when both partners have signed the same text.

    There is no default on silence, no casting vote, no override.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        CONTESTED = "contested", _("Contested")
        PARKED = "parked", _("Parked")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")
        VOID_ON_DEPARTURE = "void_on_departure", _("Ended because a partner left")

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        MAJOR = "major", _("Major")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what we decide"), max_length=4000)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ORDINARY, db_default=Kind.ORDINARY.value)
    due_on = models.DateField(_("decide by"), null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    content_hash = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    revisit_on = models.DateField(_("look at it again on"), null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")

    keeping = _kept(
        "pair title text kind due_on state proposed_by drafted_at proposed_at agreed_at revisit_on supersedes",
        whose="proposed_by__member",
    )

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(
                name="decision_agreed_at_iff_agreed",
                condition=Q(state__in=["agreed", "superseded"], agreed_at__isnull=False)
                | (~Q(state__in=["agreed", "superseded"]) & Q(agreed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="decision_revisit_iff_parked",
                condition=Q(state="parked", revisit_on__isnull=False)
                | (~Q(state="parked") & Q(revisit_on__isnull=True)),
            ),
            Privacy(
                see=granted_item("decision") & _OPEN_TO_ME,
                add=seats() & own_seat("proposed_by_id"),
                change=seats() & _OPEN_TO_ME,
                fields=(
                    "title", "text", "kind", "due_on", "state", "content_hash", "proposed_by_id", "proposed_at",
                    "agreed_at", "revisit_on",
                ),
                readers="pair_read_out_until_shown",
                name="decision_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class DecisionReason(models.Model):
    """Why one side contests a decision, in its own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reasons")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("your reason"), max_length=2000)
    given_at = models.DateTimeField()

    keeping = _kept("pair decision seat text given_at", whose="seat__member", plain="id", fate=Fate.SHARED)

    class Meta:
        ordering = ["given_at"]
        constraints = [
            Privacy(
                see=seats() & Without("hidden_reasons", column="id"),
                add=seats() & own_seat() & ParentVisible("decision_id", "projects_decision", same=("pair_id",)),
                readers="pair",
                name="decision_reason_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ResultClaim(models.Model):
    """Something that changed, or did not: baseline, measure, change, place, evidence, and what we did not achieve.

    Claimed by both keys; corroborated when an independent witness confirms the fact as well.
    A result that shows no change, or harm, is a result.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CLAIMED = "claimed", _("Signed by both")
        CORROBORATED = "corroborated", _("Confirmed by a witness")
        DISPROVED = "disproved", _("Found to be wrong")

    class Direction(models.TextChoices):
        BETTER = "better", _("It got better")
        NO_CHANGE = "no_change", _("No change")
        WORSE = "worse", _("It got worse")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="results")
    title = models.CharField(_("title"), max_length=200)
    measure = models.CharField(_("what we measure"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    higher_is_better = models.BooleanField(_("higher is better"), default=True)
    baseline_value = models.DecimalField(_("value at the start"), max_digits=12, decimal_places=2)
    baseline_on = models.DateField(_("date of the start value"))
    current_value = models.DecimalField(_("value now"), max_digits=12, decimal_places=2)
    current_on = models.DateField(_("date of the value now"))
    direction = models.CharField(max_length=10, choices=Direction)
    place = models.CharField(_("where"), max_length=200)
    evidence = models.TextField(_("how we know"), max_length=2000)
    side_effects = models.TextField(_("side effects"), max_length=2000, blank=True)
    not_achieved = models.TextField(_("what we did not achieve"), max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    content_hash = models.CharField(max_length=64)
    written_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    corroborated_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair title measure unit higher_is_better baseline_value baseline_on current_value current_on "
        "direction place evidence side_effects not_achieved state written_by written_at claimed_at "
        "corroborated_at",
        whose="written_by__member",
    )

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="result_claimed_at_iff_claimed",
                condition=Q(state="draft", claimed_at__isnull=True) | (~Q(state="draft") & Q(claimed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="result_corroborated_at_iff_corroborated",
                condition=Q(state="corroborated", corroborated_at__isnull=False)
                | (~Q(state="corroborated") & Q(corroborated_at__isnull=True)),
            ),
            Privacy(
                see=granted_item("result") & Without("hidden_results", column="id"),
                add=seats() & own_seat("written_by_id"),
                change=seats() & Without("hidden_results", column="id"),
                fields=(
                    "title", "measure", "unit", "higher_is_better", "baseline_value", "baseline_on", "current_value",
                    "current_on", "direction", "place", "evidence", "side_effects", "not_achieved", "state",
                    "content_hash", "claimed_at", "corroborated_at",
                ),
                readers="pair_until_shown",
                name="result_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class ResultPoint(models.Model):
    """One dated value of a result's measure, for its chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(ResultClaim, on_delete=models.PROTECT, related_name="points")
    on = models.DateField(_("date"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)

    keeping = _kept("pair result on value", whose="result__written_by__member", plain="id")

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["result", "on"], name="result_point_once_a_day"),
            Privacy(
                see=granted_item("result", item="result_id") & Without("hidden_results", column="result_id"),
                add=seats() & ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                remove=seats() & Without("hidden_results", column="result_id"),
                readers="pair_until_shown",
                name="result_point_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"


class Witness(models.Model):
    """Somebody independent who is asked to confirm a fact, not the collaboration. Needs no account.

    The letter names the result and the place. It does not say that a pair exists.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        CANNOT_SAY = "cannot_say", _("Cannot say")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(ResultClaim, on_delete=models.PROTECT, related_name="witnesses")
    name = NameField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), max_length=254)
    relation = models.CharField(_("how they know"), max_length=200)
    content_hash = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair result name email relation asked_by asked_at expires_at answer answered_at withdrawn_at",
        whose="asked_by__member",
        fate=Fate.SHARED,
        withheld="token_hash",
        why="it is the link's own trace",
    )

    class Meta:
        ordering = ["asked_at"]
        indexes = [models.Index(fields=["token_hash"], name="witness_token")]
        constraints = [
            models.CheckConstraint(
                name="witness_answer_iff_answered_at",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            Privacy(
                see=seats() & Without("hidden_results", column="result_id"),
                add=seats()
                & own_seat("asked_by_id")
                & Still("answer", "")
                & Empty("withdrawn_at")
                & ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                readers="pair",
                name="witness_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SharedTaskKey(Key):
    """A partner's signature under the shared task."""

    shared_task = models.ForeignKey(SharedTask, on_delete=models.PROTECT, related_name="keys")

    keeping = _kept("pair seat signed_at shared_task", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shared_task", "seat"], name="shared_task_key_once"),
            Privacy(
                see=seats(),
                add=seats() & own_seat() & ParentVisible("shared_task_id", "projects_sharedtask", same=("pair_id",)),
                readers="pair",
                name="shared_task_key_privacy",
            ),
        ]


class DecisionKey(Key):
    """A partner's signature under a decision: given by themselves, or by a code that they read out to a helper."""

    class Method(models.TextChoices):
        OWN = "own", _("By themselves")
        READ_BACK = "read_back", _("With help, by a code that was read out")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="keys")
    method = models.CharField(max_length=10, choices=Method, default=Method.OWN, db_default=Method.OWN.value)

    keeping = _kept("pair seat signed_at decision method", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "seat"], name="decision_key_once"),
            Privacy(
                see=seats() & Without("hidden_decisions", column="decision_id"),
                add=seats()
                & own_seat()
                & Still("method", "own")
                & ParentVisible("decision_id", "projects_decision", same=("pair_id",)),
                readers="pair",
                name="decision_key_privacy",
            ),
        ]

    @property
    def is_helped(self) -> bool:
        return self.method == self.Method.READ_BACK


class ResultKey(Key):
    """A partner's signature under a result."""

    result = models.ForeignKey(ResultClaim, on_delete=models.PROTECT, related_name="keys")

    keeping = _kept("pair seat signed_at result", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "seat"], name="result_key_once"),
            Privacy(
                see=seats() & Without("hidden_results", column="result_id"),
                add=seats() & own_seat() & ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                readers="pair",
                name="result_key_privacy",
            ),
        ]
