"""What is counted again and again."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import ParentVisible, Privacy
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import of_nobody_who_hid, own_seat, seats
from tenants.workplan.models.keeping import kept


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

    keeping = kept(
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

    keeping = kept("pair measure on value added_by added_at", whose="added_by__member")

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

    keeping = kept("pair measure on text added_by added_at", whose="added_by__member")

    class Meta:
        ordering = ["on", "added_at"]
        constraints = [
            Privacy(
                see=seats() & of_nobody_who_hid("added_by_id"),
                add=seats()
                & own_seat("added_by_id")
                & ParentVisible("measure_id", "workplan_measure", same=("pair_id",)),
                remove=seats() & of_nobody_who_hid("added_by_id"),
                readers="pair",
                name="measure_note_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.text
