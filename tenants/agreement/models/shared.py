"""The five things that two partners share, and their working principles."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Still, Without
from tenants.agreement.models.signed import FORMER_IFF_WITH, SIGNED, Signable, kept, version_checks
from tenants.pairs.models import Key, Pair, Seat
from tenants.pairs.privacy import of_my_chapters, of_seats_i_met, own_seat, seats


class SharedLine(Signable):
    """One of the five things that two partners share from the first day."""

    class Topic(models.TextChoices):
        PURPOSE = "purpose", _("Purpose")
        AMBITION = "ambition", _("Ambition")
        LEADERSHIP = "leadership", _("Leadership")
        OWNERSHIP = "ownership", _("Ownership")
        RESPONSIBILITY = "responsibility", _("Responsibility")

    topic = models.CharField(max_length=20, choices=Topic)
    text = models.TextField(_("what you share"), max_length=1000)

    keeping = kept(f"{SIGNED} topic text", plain="id content_hash", whose="edited_by__member")

    class Meta:
        ordering = ["topic"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "topic"], name="shared_line_once"),
            models.CheckConstraint(
                name="shared_line_state", condition=Q(state__in=["proposed", "contested", "agreed", "former"])
            ),
            models.CheckConstraint(
                name="shared_line_agreed_at_iff_agreed",
                condition=Q(state__in=["agreed", "former"], agreed_at__isnull=False)
                | (~Q(state__in=["agreed", "former"]) & Q(agreed_at__isnull=True)),
            ),
            models.CheckConstraint(name="shared_line_former_iff_with", condition=FORMER_IFF_WITH),
            Privacy(
                see=seats(),
                add=seats() & own_seat("edited_by_id") & Still("state", "proposed") & Empty("agreed_at"),
                change=seats(),
                fields=("text", "state", "content_hash", "edited_by_id", "edited_at", "agreed_at", "agreed_with_id"),
                readers="pair",
                name="shared_line_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class LineReason(models.Model):
    """Why one partner contests a line, in their own words. Both partners' reasons are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(SharedLine, on_delete=models.PROTECT, related_name="reasons")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    text = models.TextField(_("your reason"), max_length=2000)
    given_at = models.DateTimeField()

    keeping = kept("pair line seat text given_at", plain="id content_hash")

    class Meta:
        ordering = ["given_at"]
        constraints = [
            Privacy(
                see=seats() & of_my_chapters("given_at") & of_seats_i_met(),
                add=seats() & own_seat() & ParentVisible("line_id", "agreement_sharedline", same=("pair_id",)),
                readers="pair",
                name="line_reason_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class LineKey(Key):
    """A partner's signature under one of the five lines."""

    line = models.ForeignKey(SharedLine, on_delete=models.PROTECT, related_name="keys")

    keeping = kept("pair seat signed_at line", plain="id content_hash")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "seat"], name="line_key_once"),
            Privacy(
                see=seats(),
                add=seats() & own_seat() & ParentVisible("line_id", "agreement_sharedline", same=("pair_id",)),
                readers="pair",
                name="line_key_privacy",
            ),
        ]


class Principle(models.Model):
    """A principle that a pair works by. What it says stands in its versions, and older ones stay readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    begun_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()

    keeping = kept("pair begun_by begun_at", whose="begun_by__member")

    class Meta:
        ordering = ["begun_at"]
        constraints = [
            Privacy(
                see=seats() & Without("hidden_principles", column="id"),
                add=seats() & own_seat("begun_by_id"),
                readers="pair",
                name="principle_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


_READ = seats() & Without("hidden_wordings", column="id")


class PrincipleVersion(Signable):
    """One wording of a principle. Once both have signed it, it does not change: a new version replaces it."""

    principle = models.ForeignKey(Principle, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("principle"), max_length=200)
    text = models.TextField(_("what it means for you"), max_length=2000)
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = kept(f"{SIGNED} principle number title text ended_at", plain="id content_hash", whose="edited_by__member")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["principle", "number"], name="principle_version_once"),
            *version_checks("principle_version", "principle"),
            Privacy(
                see=_READ,
                add=seats() & own_seat("edited_by_id") & Still("state", "proposed") & Empty("agreed_at")
                & ParentVisible("principle_id", "agreement_principle", same=("pair_id",)),
                change=_READ,
                fields=(
                    "title", "text", "state", "content_hash", "edited_by_id", "edited_at", "agreed_at",
                    "agreed_with_id", "ended_at",
                ),
                readers="pair",
                name="principle_version_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Review(models.Model):
    """Looking again at an agreed principle: both say whether it stays, or what to change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PrincipleVersion, on_delete=models.PROTECT, related_name="reviews")
    opened_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("pair version opened_by opened_at closed_at", whose="opened_by__member")

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(closed_at__isnull=True), name="review_one_open"),
            Privacy(
                see=seats() & of_my_chapters("opened_at"),
                add=seats() & own_seat("opened_by_id") & Empty("closed_at")
                & ParentVisible("version_id", "agreement_principleversion", same=("pair_id",)),
                change=seats() & of_my_chapters("opened_at"),
                fields=("closed_at",),
                readers="pair",
                name="review_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.opened_at)


class ReviewAnswer(models.Model):
    """What one partner says when both look at a principle again."""

    class Answer(models.TextChoices):
        KEEP = "keep", _("Keep it as it is")
        CHANGE = "change", _("Change something")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer)
    text = models.TextField(_("what to change"), max_length=1000, blank=True)
    given_at = models.DateTimeField()

    keeping = kept("pair review seat answer text given_at")

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(fields=["review", "seat"], name="review_answer_once"),
            models.CheckConstraint(
                name="review_answer_text_iff_change",
                condition=Q(answer="keep", text="") | (Q(answer="change") & ~Q(text="")),
            ),
            Privacy(
                see=seats() & of_my_chapters("given_at") & of_seats_i_met(),
                add=seats() & own_seat() & ParentVisible("review_id", "agreement_review", same=("pair_id",)),
                readers="pair",
                name="review_answer_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.answer


class PrincipleKey(Key):
    """A partner's signature under one wording of a principle."""

    version = models.ForeignKey(PrincipleVersion, on_delete=models.PROTECT, related_name="keys")

    keeping = kept("pair seat signed_at version", plain="id content_hash")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "seat"], name="principle_key_once"),
            Privacy(
                see=seats() & Without("hidden_wordings", column="version_id"),
                add=seats() & own_seat() & ParentVisible("version_id", "agreement_principleversion", same=("pair_id",)),
                readers="pair",
                name="principle_key_privacy",
            ),
        ]
