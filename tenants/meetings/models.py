"""When two partners meet: times on the table, what was agreed, and a calendar that says little."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, ParentVisible, Privacy, Without
from tenants.members.models import Side
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats

MOST_TIMES = 5
_OF_MY_CHAPTERS = seats() & Without("hidden_meetings", column="id")
_OF_MEETING = ParentVisible("meeting_id", "meetings_meeting", same=("pair_id",))


class Meeting(models.Model):
    """A meeting of a pair. It stands when one has offered times and the other has picked one of them.

    Whoever offers other times moves it. Each offer is a new round; the times of earlier rounds stay readable. It is of
    the chapter in which it was offered: a successor reads nothing of it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for an answer")
        ASKED = "asked", _("Other times are wanted")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")
        HELD = "held", _("You met")
        NOT_HELD = "not_held", _("You did not meet")

    class Venue(models.TextChoices):
        ONLINE = "online", _("Online or by telephone")
        CITIZEN = "citizen", _("With the partner from the citizens’ side")
        PROFESSIONAL = "professional", _("With the partner from the professionals’ side")
        ELSEWHERE = "elsewhere", _("Somewhere else")

    class Reason(models.TextChoices):
        NO_TIME = "no_time", _("I have no time")
        ACCESS = "access", _("My health, caring or other duties do not allow it")
        NOT_NEEDED = "not_needed", _("I think that we do not need this meeting")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    round = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    venue = models.CharField(max_length=12, choices=Venue)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    agenda = models.TextField(_("agenda"), max_length=2000, blank=True)
    access_needs = models.TextField(_("access needs"), max_length=1000, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    time_of = models.CharField(max_length=12, choices=Side, blank=True)
    answer_by = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    words = models.TextField(_("words"), max_length=2000, blank=True)
    notes = models.TextField(_("notes"), max_length=8000, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal=(
            "pair state round proposed_by proposed_at minutes venue place link agenda access_needs starts_at time_of "
            "answer_by answered_at reason words notes changed_at"
        ),
        plain="id sequence",
        whose="proposed_by__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["-proposed_at", "id"]
        indexes = [models.Index(fields=["pair", "starts_at"], name="meeting_next")]
        constraints = [
            models.CheckConstraint(
                name="meeting_agreed_has_a_time",
                condition=Q(state__in=["agreed", "held", "not_held"], starts_at__isnull=False)
                & ~Q(time_of="")
                | Q(state__in=["proposed", "asked", "declined"], starts_at__isnull=True, time_of="")
                | Q(state="cancelled"),
            ),
            models.CheckConstraint(
                name="meeting_reason_where_one_is_asked",
                condition=(Q(state="declined") & ~Q(reason=""))
                | Q(state__in=["proposed", "cancelled"])
                | (~Q(state="declined") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="meeting_link_is_safe",
                condition=Q(link="") | Q(link__startswith="https://"),
            ),
            models.CheckConstraint(name="meeting_lasts", condition=Q(minutes__gte=10, minutes__lte=600)),
            Privacy(
                see=_OF_MY_CHAPTERS,
                add=seats() & own_seat("proposed_by_id"),
                change=_OF_MY_CHAPTERS,
                fields=(
                    "state", "round", "proposed_by_id", "proposed_at", "minutes", "venue", "place", "link", "agenda",
                    "access_needs", "starts_at", "time_of", "answer_by_id", "answered_at", "reason", "words", "notes",
                    "sequence", "changed_at",
                ),
                readers="pair",
                name="meeting_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pk)


class OfferedTime(models.Model):
    """One of the times that were offered in a round, in the order of preference of who offered them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="times")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    choice = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair meeting seat round choice starts_at",
        plain="id",
        whose="seat__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["round", "choice"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "round", "choice"], name="offered_time_one_per_place"),
            models.UniqueConstraint(fields=["meeting", "round", "starts_at"], name="offered_time_once"),
            models.CheckConstraint(name="offered_times_are_few", condition=Q(choice__gte=1, choice__lte=MOST_TIMES)),
            Privacy(
                see=seats() & of_seats_i_met() & _OF_MEETING,
                add=seats() & own_seat() & ParentVisible("meeting_id", "meetings_meeting", same=("pair_id", "round")),
                readers="pair",
                name="offered_time_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.starts_at)


class Move(models.Model):
    """An agreed meeting was moved by one of the two. Made by the database beside the move itself.

    With the reason that was given, if one was: a move for health, caring or other duties is counted nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="moves")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    was = models.DateTimeField()
    moved_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=Meeting.Reason, blank=True, default="", db_default="")

    keeping = Keeping(
        Period.PAIR,
        personal="pair meeting seat was moved_at reason",
        plain="id",
        whose="seat__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["moved_at"]
        constraints = [Privacy(see=seats() & of_seats_i_met() & _OF_MEETING, readers="pair", name="move_privacy")]

    def __str__(self) -> str:
        return str(self.moved_at)


class CalendarFeed(models.Model):
    """An address at which somebody's own calendar finds their meetings. The secret part itself is never kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="person_id made_at",
        plain="id",
        withheld="token_hash",
        why="it is the link's own trace",
        whose="person_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        constraints = [
            Privacy(
                see=Mine("person_id"),
                add=Mine("person_id"),
                change=Mine("person_id"),
                remove=Mine("person_id"),
                fields=("token_hash", "made_at"),
                readers="only_you",
                name="calendar_feed_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.made_at)
