"""What lies side by side before a decision."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Without
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_my_chapters, of_seats_i_met, own_seat, seats


class DecisionOption(models.Model):
    """One way to go, laid beside the others before a decision: what speaks for and against it, and what it assumes.

    A major decision goes on the table only when there are two or more, at least one from each partner.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("projects.Decision", on_delete=models.PROTECT, related_name="options")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("option"), max_length=1000)
    pros = models.TextField(_("what speaks for it"), max_length=1000, blank=True)
    cons = models.TextField(_("what speaks against it"), max_length=1000, blank=True)
    assumes = models.TextField(_("what must be true for it"), max_length=1000, blank=True)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair decision seat text pros cons assumes added_at withdrawn_at",
        plain="id",
        whose="seat__member",
        fate=Fate.SHARED,
    )

    class Meta:
        ordering = ["added_at"]
        constraints = [
            Privacy(
                see=seats()
                & Without("hidden_decisions", column="decision_id")
                & of_my_chapters("added_at")
                & of_seats_i_met(),
                add=seats()
                & own_seat()
                & Empty("withdrawn_at")
                & ParentVisible("decision_id", "projects_decision", same=("pair_id",)),
                change=seats() & own_seat(),
                fields=("withdrawn_at",),
                readers="pair",
                name="decision_option_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
