"""Instruments that an organisation adds, and what a pair asks itself: rounds, sealed answers, remarks."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Still, Within
from tenants.members.models import Role
from tenants.members.privacy import members, office
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats


class Instrument(models.Model):
    """An instrument that a provider lead has added: one version, which never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField(_("definition"))
    made_at = models.DateTimeField()

    keeping = Keeping(Period.ORGANISATION, plain="id code version content made_at")

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="instrument_version_once"),
            Privacy(see=members(), add=office(Role.PROVIDER_LEAD), readers="members", name="instrument_privacy"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Round(models.Model):
    """One time that the two who sit in a pair now answer an instrument, or one of them for oneself.

    It names the seats that answer, so that whoever comes later never reads what was said before.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        REVEALED = "revealed", _("Opened to both")
        KEPT = "kept", _("Complete, and each reads their own")
        CLOSED = "closed", _("Closed without being opened")

    class Occasion(models.TextChoices):
        BASELINE = "baseline", _("At the start")
        REGULAR = "regular", _("In between")
        MIDDLE = "middle", _("Half-way")
        END = "end", _("At the end")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="rounds")
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    occasion = models.CharField(max_length=10, choices=Occasion, default=Occasion.REGULAR)
    about = models.CharField(_("what it is about"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    citizen_seat = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    professional_seat = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    keeping = Keeping(
        Period.PAIR,
        personal="pair occasion about state citizen_seat professional_seat opened_by opened_at closes_at ended_at"
        " replaces",
        plain="id code version",
        whose="opened_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["pair", "code"], name="round_of_pair")]
        constraints = [
            models.CheckConstraint(
                name="round_open_iff_not_ended",
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="round_is_answered_by_somebody",
                condition=Q(citizen_seat__isnull=False) | Q(professional_seat__isnull=False),
            ),
            models.CheckConstraint(
                name="round_shown_has_two_sides",
                condition=~Q(state="revealed") | Q(citizen_seat__isnull=False, professional_seat__isnull=False),
            ),
            models.CheckConstraint(name="round_closes_later", condition=Q(closes_at__gt=models.F("opened_at"))),
            models.UniqueConstraint(
                fields=["citizen_seat", "professional_seat", "code", "version"],
                condition=Q(occasion="baseline") & ~Q(state="closed"),
                nulls_distinct=False,
                name="round_one_baseline_for_these_two",
            ),
            Privacy(
                see=own_seat("citizen_seat_id") | own_seat("professional_seat_id"),
                add=seats() & own_seat("opened_by_id") & Still("state", "open") & Empty("ended_at"),
                readers="pair",
                name="round_privacy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.opened_at:%Y-%m-%d}"


class Answer(models.Model):
    """What one partner answered. Its words are sealed, and nobody else finds the row until both have answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="answers")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
    keeps_sealed = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair round seat keeps_sealed given_at",
        withheld="sealed",
        why="the download has it opened, as values",
        plain="id",
        whose="seat__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "seat"], name="answer_once"),
            Privacy(
                see=own_seat() | (Within("revealed_rounds", column="round_id") & of_seats_i_met()),
                add=seats() & own_seat() & ParentVisible("round_id", "instruments_round", same=("pair_id",)),
                change=own_seat(),
                fields=("sealed", "keeps_sealed", "given_at"),
                readers="you_until_both",
                name="answer_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Remark(models.Model):
    """What a partner adds to a round that both can read. Answers stay as they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="remarks")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("remark"), max_length=2000)
    made_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR, personal="pair round seat text made_at", plain="id", whose="seat__member", fate=Fate.SHARED
    )

    class Meta:
        ordering = ["made_at"]
        constraints = [
            Privacy(
                see=Within("revealed_rounds", column="round_id") & of_seats_i_met(),
                add=seats()
                & own_seat()
                & Within("revealed_rounds", column="round_id")
                & ParentVisible("round_id", "instruments_round", same=("pair_id",)),
                readers="pair",
                name="remark_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
