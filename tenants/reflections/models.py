"""Looking back: what one person writes for themselves alone, what a pair reflects on together, and what it learns."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import AnyOf, Capacity, Empty, Mine, ParentVisible, Privacy, Still, Without
from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Member
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat, seats

_OWN = Mine("author_id") & Capacity(PARTNER)
_THE_TWO = AnyOf(own_seat("citizen_id"), own_seat("professional_id"))


def _kept(personal: str, *, whose: str, fate: Fate = Fate.SHARED, **more: Any) -> Keeping:
    return Keeping(Period.PAIR, personal=personal, whose=whose, fate=fate, **more)


class Reflection(models.Model):
    """What a person writes for themselves alone. It belongs to that person, not to a pair and not to the organisation.

    The text is sealed under the person's own key, and bound to the place, the author and this very row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    sealed_in = models.CharField(max_length=63)
    """Where it was sealed. It stays with the row, so that a restored organisation's reflections open as well."""
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="id author written_at changed_at",
        withheld="sealed sealed_in",
        why="the download holds the text itself, opened",
        whose="author",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-written_at", "id"]
        constraints = [
            Privacy(
                see=_OWN,
                add=_OWN,
                change=_OWN,
                remove=_OWN,
                fields=("sealed", "changed_at"),
                readers="only_you",
                name="reflection_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def about(self) -> str:
        """What the text is bound to: sealed elsewhere, by somebody else or in another row, it does not open."""
        return f"{self.sealed_in}|{self.author_id}|{self.pk}"


_OF_REFLECTION = ParentVisible("reflection_id", "reflections_reflection", same=("author_id",))


class SharedPassage(models.Model):
    """A part of somebody's own reflection, copied out for one person by name. Whoever comes after reads nothing of it.

    It is a copy of the words as they stood. Taken back, the words are gone. For a facilitator it stands in no pair:
    it is its author's own, and says of no pair that it exists. A facilitator never reads this row, but its words and
    what stands under them, by a function that leaves out whose it is.
    """

    class Audience(models.TextChoices):
        PARTNER = "partner", _("Your partner")
        FACILITATOR = "facilitator", _("A facilitator")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reflection = models.ForeignKey(Reflection, on_delete=models.PROTECT, related_name="passages")
    audience = models.CharField(max_length=11, choices=Audience, default=Audience.PARTNER)
    shared_with = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("the passage"), max_length=4000)
    signed = models.CharField(_("how you sign it"), max_length=100, blank=True)
    """What stands under it for a facilitator: a name, another word, or nothing."""
    shared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="id pair author reflection audience shared_with text signed shared_at withdrawn_at",
        whose="author",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-shared_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="passage_text_iff_shared",
                condition=(Q(withdrawn_at__isnull=True) & ~Q(text=""))
                | Q(withdrawn_at__isnull=False, text="", signed=""),
            ),
            models.CheckConstraint(
                name="passage_in_a_pair_iff_for_the_partner",
                condition=Q(audience="partner", pair__isnull=False) | Q(audience="facilitator", pair__isnull=True),
            ),
            Privacy(
                see=_OWN
                | (Mine("shared_with_id") & Empty("withdrawn_at") & seats() & Without("hidden_passages", column="id")),
                add=_OWN & (seats() | Empty("pair_id")) & _OF_REFLECTION,
                change=_OWN,
                remove=_OWN,
                fields=("text", "signed", "withdrawn_at"),
                readers="named_reader",
                name="shared_passage_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PairReflection(models.Model):
    """A time when a pair looks back together. It belongs to the two who sat there: nobody who comes after reads it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        WRITTEN = "written", _("Signed by both")
        TALKED = "talked", _("We talked, no text")
        MISSED = "missed", _("It did not happen")
        ENDED = "ended", _("Ended because a partner left")

    class Reason(models.TextChoices):
        NO_TIME = "no_time", _("We found no time")
        ACCESS = "access", _("Health, care or access")
        AWAY = "away", _("One of us was away")
        OTHER_FIRST = "other_first", _("Something else came first")
        NOT_NEEDED = "not_needed", _("We did not need it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    professional = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    planned_on = models.DateField(_("day"))
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    text = models.TextField(_("what we say together"), max_length=8000, blank=True)
    content_hash = models.CharField(max_length=64)
    edited_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair citizen professional planned_on state text edited_by edited_at reason closed_at",
        plain="id content_hash",
        whose="edited_by__member",
    )

    class Meta:
        ordering = ["-planned_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pair"], condition=Q(state="planned"), name="pair_reflection_one_planned"),
            models.CheckConstraint(
                name="pair_reflection_closed_iff_not_planned",
                condition=Q(state="planned", closed_at__isnull=True)
                | (~Q(state="planned") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="pair_reflection_reason_iff_missed",
                condition=(Q(state="missed") & ~Q(reason="")) | (~Q(state="missed") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="pair_reflection_written_has_text", condition=~Q(state="written") | ~Q(text="")
            ),
            Privacy(
                see=seats() & _THE_TWO & Without("hidden_reflections", column="id"),
                add=seats() & _THE_TWO & own_seat("edited_by_id") & Still("state", "planned"),
                change=seats() & _THE_TWO & Without("hidden_reflections", column="id"),
                fields=(
                    "planned_on", "state", "text", "content_hash", "edited_by_id", "edited_at", "reason", "closed_at",
                ),
                readers="pair",
                name="pair_reflection_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.planned_on)


_OF_SLOT = ParentVisible("slot_id", "reflections_pairreflection", same=("pair_id",))


class PairReflectionPart(models.Model):
    """One partner's own part of a reflection together, in their own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    slot = models.ForeignKey(PairReflection, on_delete=models.PROTECT, related_name="parts")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("your part"), max_length=4000)
    written_at = models.DateTimeField()

    keeping = _kept("pair slot seat text written_at", plain="id", whose="seat__member", fate=Fate.REMOVED)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "seat"], name="pair_reflection_part_once"),
            Privacy(
                see=seats() & of_seats_i_met() & _OF_SLOT,
                add=seats() & own_seat() & _OF_SLOT,
                change=seats() & own_seat() & _OF_SLOT,
                fields=("text", "written_at"),
                readers="pair",
                name="pair_reflection_part_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PairReflectionKey(Key):
    """A partner's signature under what the pair says together."""

    slot = models.ForeignKey(PairReflection, on_delete=models.PROTECT, related_name="keys")

    keeping = _kept("pair slot seat signed_at", plain="id content_hash", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "seat"], name="pair_reflection_key_once"),
            Privacy(
                see=seats() & _OF_SLOT,
                add=seats() & own_seat() & _OF_SLOT,
                readers="pair",
                name="pair_reflection_key_privacy",
            ),
        ]


_OF_MY_CHAPTERS = seats() & Without("hidden_learnings", column="id")
_OF_LEARNING = ParentVisible("learning_id", "reflections_learning", same=("pair_id",))
_OF_SHARE = ParentVisible("share_id", "reflections_learningshare", same=("pair_id",))


class Learning(models.Model):
    """One row of what a pair learns: the learning, how they know, and what changed because of it.

    It belongs to the chapter in which it was written: a successor reads nothing of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what we learnt"), max_length=1000)
    evidence = models.TextField(_("how we know"), max_length=2000)
    changed = models.TextField(_("what changed"), max_length=2000, blank=True)
    written_at = models.DateTimeField()
    edited_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    keeping = _kept("pair text evidence changed written_at edited_by edited_at", plain="id", whose="edited_by__member")

    class Meta:
        ordering = ["-written_at", "id"]
        constraints = [
            Privacy(
                see=_OF_MY_CHAPTERS,
                add=seats() & own_seat("edited_by_id"),
                change=_OF_MY_CHAPTERS,
                fields=("text", "evidence", "changed", "edited_by_id", "edited_at"),
                readers="pair",
                name="learning_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


_SHARES = seats() & _OF_LEARNING & Without("hidden_shares", column="id")


class LearningShare(models.Model):
    """One sentence of a learning for somebody outside, who is named. It may go there when both have signed it.

    The service shows it to nobody: the pair tells them. This keeps what was agreed, and for whom.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for two keys")
        AGREED = "agreed", _("Signed by both")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    learning = models.ForeignKey(Learning, on_delete=models.PROTECT, related_name="shares")
    audience = models.CharField(_("with whom"), max_length=200)
    sentence = models.TextField(_("what we tell them"), max_length=1000)
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    keeping = _kept(
        "pair learning audience sentence state proposed_by proposed_at agreed_at withdrawn_at",
        plain="id content_hash",
        whose="proposed_by__member",
    )

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="learning_share_dates_follow_its_state",
                condition=Q(state="proposed", agreed_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state="agreed", agreed_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state="withdrawn", withdrawn_at__isnull=False),
            ),
            Privacy(
                see=_SHARES,
                add=seats() & own_seat("proposed_by_id") & Still("state", "proposed") & _OF_LEARNING,
                change=_SHARES,
                fields=("state", "agreed_at", "withdrawn_at"),
                readers="pair",
                name="learning_share_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.audience


class LearningShareKey(Key):
    """A partner's signature under one sentence for one audience."""

    share = models.ForeignKey(LearningShare, on_delete=models.PROTECT, related_name="keys")

    keeping = _kept("pair share seat signed_at", plain="id content_hash", whose="seat__member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "seat"], name="learning_share_key_once"),
            Privacy(
                see=seats() & _OF_SHARE,
                add=seats() & own_seat() & _OF_SHARE,
                readers="pair",
                name="learning_share_key_privacy",
            ),
        ]
