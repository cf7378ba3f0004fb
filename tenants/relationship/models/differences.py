"""Where two people differ, and what each understood of the other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import ParentVisible, Privacy, Still
from tenants.pairs.models import Seat
from tenants.pairs.privacy import of_seats_i_met, own_seat
from tenants.relationship.models.written import (
    READ_BY_AUTHOR,
    WRITTEN_BY_AUTHOR,
    OfSeat,
    Showable,
    kept,
    long_text,
    together,
)


class DifferenceItem(Showable):
    """One line of where two people differ, in its author's words. Heard does not mean agreed."""

    class Kind(models.TextChoices):
        BRING = "bring", _("What I bring")
        NEED = "need", _("What I need")
        FEAR = "fear", _("What I fear to lose")
        POWER = "power", _("Power that I hold")
        DIFFER = "differ", _("Where we differ")

    class State(models.TextChoices):
        DRAFT = "draft", _("Only you")
        SHOWN = "shown", _("Open")
        RESTATED = "restated", _("Restated")
        CORRECTED = "corrected", _("Not quite yet")
        HEARD = "heard", _("Heard")

    kind = models.CharField(max_length=10, choices=Kind)
    text = long_text(_("in my own words"))
    not_for_restating = models.BooleanField(_("not for restating"), default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    written_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("shown_to kind text not_for_restating state written_at shown_at heard_at")

    class Meta:
        ordering = ["kind", "written_at"]
        constraints = [
            together("difference_shown_as_a_whole", "shown_to", "shown_at"),
            models.CheckConstraint(
                name="difference_shown_iff_no_draft",
                condition=Q(state="draft", shown_at__isnull=True) | (~Q(state="draft") & Q(shown_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="difference_heard_at_iff_heard",
                condition=Q(state="heard", heard_at__isnull=False) | (~Q(state="heard") & Q(heard_at__isnull=True)),
            ),
            Privacy(
                see=READ_BY_AUTHOR,
                add=WRITTEN_BY_AUTHOR & Still("state", "draft"),
                change=(own_seat() | own_seat("shown_to_id")) & of_seats_i_met(),
                fields=("kind", "text", "not_for_restating", "state", "shown_to_id", "shown_at", "heard_at"),
                readers="you_until_you_show",
                name="difference_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Restatement(OfSeat):
    """What one partner understood of the other's words, in their own. The author says whether it is that."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Yes, that is it")
        CORRECTED = "corrected", _("Not quite")
        LAPSED = "lapsed", _("Not asked for any more")

    author = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(DifferenceItem, on_delete=models.PROTECT, related_name="restatements")
    text = long_text(_("what I understood"))
    said_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    correction = long_text(_("what it is instead"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    keeping = kept("author item text said_at answer correction answered_at")

    class Meta:
        ordering = ["said_at"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(answer=""), name="restatement_one_open"),
            models.CheckConstraint(name="restatement_is_the_partners", condition=~Q(seat=F("author"))),
            models.CheckConstraint(
                name="restatement_answered_as_a_whole",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            Privacy(
                see=(own_seat() | own_seat("author_id")) & of_seats_i_met() & of_seats_i_met("author_id"),
                add=WRITTEN_BY_AUTHOR
                & Still("answer", "")
                & ParentVisible("item_id", "relationship_differenceitem", same=("pair_id",)),
                change=own_seat("author_id") & of_seats_i_met(),
                fields=("answer", "correction", "answered_at"),
                readers="pair",
                name="restatement_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
