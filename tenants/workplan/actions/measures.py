"""Measures: named, counted again and again, and annotated. Either partner does it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.projects.content import plain, rounded
from tenants.workplan import permissions
from tenants.workplan.models import Measure, MeasureNote, MeasureValue

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

MOST_MEASURES = 20
MOST_VALUES = 200
MOST_NOTES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureContent:
    """What is measured, and where it stood at the start."""

    name: str
    unit: str
    higher_is_better: bool
    baseline_value: Decimal
    baseline_on: date

    def kept(self) -> dict[str, Any]:
        """Field by field, as it is kept."""
        said = asdict(self)
        return {**said, "name": plain(self.name), "unit": plain(self.unit),
                "baseline_value": rounded(self.baseline_value)}  # fmt: skip


def content_of(measure: Measure) -> MeasureContent:
    """What a measure that is kept says."""
    return MeasureContent(**{field.name: getattr(measure, field.name) for field in fields(MeasureContent)})


@transaction.atomic
def add(*, pair: Pair, content: MeasureContent, by: Member) -> Measure:
    """Begin to measure something."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_PLAN)
    _refuse_ahead(content.baseline_on, "baseline_on")
    if Measure.objects.filter(pair_id=pair.pk).count() >= MOST_MEASURES:
        raise DomainError("too_many_measures", _("A project has at most twenty measures."))
    measure = Measure.objects.create(pair_id=pair.pk, **content.kept(), added_by=seat, added_at=clock.now())
    audit.record("measure.added", subject=measure, pair=pair.pk)
    return measure


@transaction.atomic
def edit(*, measure: Measure, content: MeasureContent, by: Member) -> Measure:
    """Say better what is measured."""
    measure, _seat = pairs.held(measure, by, permissions.WRITE_PLAN)
    _refuse_ahead(content.baseline_on, "baseline_on")
    if measure.values.filter(on=content.baseline_on).exists():
        raise DomainError("value_of_that_day", _("There is already a value for that day."), field="baseline_on")
    said = content.kept()
    if said == {name: getattr(measure, name) for name in said}:
        return measure
    for name, value in said.items():
        setattr(measure, name, value)
    measure.save(update_fields=[*said])
    audit.record("measure.edited", subject=measure, pair=measure.pair_id)
    return measure


@transaction.atomic
def add_value(*, measure: Measure, on: date, value: Decimal, by: Member) -> MeasureValue:
    """Add what was counted on a day."""
    measure, seat = pairs.held(measure, by, permissions.WRITE_PLAN)
    _refuse_ahead(on, "on")
    if on == measure.baseline_on or measure.values.filter(on=on).exists():
        raise DomainError("value_of_that_day", _("There is already a value for that day."), field="on")
    if measure.values.count() >= MOST_VALUES:
        raise DomainError("too_many_values", _("A measure has at most 200 values."))
    found = MeasureValue.objects.create(
        pair_id=measure.pair_id, measure=measure, on=on, value=rounded(value), added_by=seat, added_at=clock.now()
    )
    audit.record("measure.value_added", subject=measure, pair=measure.pair_id, on=on)
    return found


@transaction.atomic
def add_note(*, measure: Measure, on: date, text: str, by: Member) -> MeasureNote:
    """Say what changed on a day, beside the values."""
    measure, seat = pairs.held(measure, by, permissions.WRITE_PLAN)
    if measure.notes.count() >= MOST_NOTES:
        raise DomainError("too_many_notes", _("A measure has at most fifty notes."))
    found = MeasureNote.objects.create(
        pair_id=measure.pair_id, measure=measure, on=on, text=plain(text), added_by=seat, added_at=clock.now()
    )
    audit.record("measure.note_added", subject=measure, pair=measure.pair_id, on=on)
    return found


@transaction.atomic
def remove(*, measure: Measure, item: UUID, by: Member) -> bool:
    """Take a value or a note out again; whether it was there. Doing it twice is harmless."""
    measure, _seat = pairs.held(measure, by, permissions.WRITE_PLAN)
    for kind in (MeasureValue, MeasureNote):
        found = kind.objects.filter(measure=measure, pk=item).first()
        if found is not None:
            found.delete()
            audit.record("measure.entry_removed", subject=measure, pair=measure.pair_id, on=found.on)
            return True
    return False


def _refuse_ahead(on: date, field: str) -> None:
    if on > clock.today():
        raise DomainError("date_is_ahead", _("A value cannot be from a day that has not come yet."), field=field)
