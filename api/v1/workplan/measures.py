"""Measures, their values, and what changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Number, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.pairs import queries as pairs
from tenants.workplan import permissions, queries
from tenants.workplan.actions import measures as actions
from tenants.workplan.actions.measures import MeasureContent, content_of
from tenants.workplan.models import Measure, MeasureNote, MeasureValue

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class ValueOut(serializers.ModelSerializer[MeasureValue]):
    """One dated value."""

    class Meta:
        model = MeasureValue
        fields = ("id", "on", "value", "added_by")
        read_only_fields = fields


class NoteOut(serializers.ModelSerializer[MeasureNote]):
    """What changed on a day."""

    class Meta:
        model = MeasureNote
        fields = ("id", "on", "text", "added_by")
        read_only_fields = fields


class MeasureOut(serializers.ModelSerializer[Measure]):
    """Something that is counted again and again."""

    values = ValueOut(many=True, read_only=True)
    notes = NoteOut(many=True, read_only=True)

    class Meta:
        model = Measure
        fields = (
            "id", "pair", "name", "unit", "higher_is_better", "baseline_value", "baseline_on", "added_by", "added_at",
            "values", "notes",
        )  # fmt: skip
        read_only_fields = fields


class MeasureContentIn(Body):
    """What is measured, and where it stood at the start."""

    name = Text(max_length=200)
    unit = Text(max_length=40)
    higher_is_better = serializers.BooleanField()
    baseline_value = Number()
    baseline_on = Day()


class MeasureIn(MeasureContentIn):
    """A new measure of a pair."""

    pair = serializers.UUIDField()


class MeasureChangeIn(MeasureContentIn):
    """What is to be said instead. What is left out stays."""

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class ValueIn(Body):
    """One dated value."""

    on = Day()
    value = Number()


class NoteIn(Body):
    """What changed on a day."""

    on = Day()
    text = Text(max_length=300)


class Measures(Operations):
    """The measures of the person's pairs."""

    serializer_class = MeasureOut
    permissions = {
        "list": permissions.READ_PLAN,
        "retrieve": permissions.READ_PLAN,
        **dict.fromkeys(("create", "partial_update", "add_value", "add_note", "remove_entry"), permissions.WRITE_PLAN),
    }
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("added_at", "name")

    def _measure(self) -> Measure:
        return self.found(queries.measures_for(self.member))

    @operation(gives=MeasureOut(many=True))
    def list(self, request: Request) -> Response:
        """The measures of my pairs, the oldest first."""
        return self.page_of(queries.measures_for(self.member))

    @operation(gives=MeasureOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One measure with its values and notes."""
        return self.shown(self._measure())

    @operation(takes=MeasureIn, gives=MeasureOut, status=201, refuses=["date_is_ahead", "too_many_measures"])
    def create(self, request: Request) -> Response:
        """Begin to measure something."""
        said = self.said(MeasureIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.add(pair=pair, content=MeasureContent(**said), by=self.member), status=201)

    @operation(takes=MeasureChangeIn, gives=MeasureOut, refuses=["date_is_ahead", "value_of_that_day"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Say better what is measured."""
        held = self.found(self.held(queries.measures_for(self.member)))
        self.refuse_changed(held)
        content = MeasureContent(**{**asdict(content_of(held)), **self.said(MeasureChangeIn)})
        actions.edit(measure=held, content=content, by=self.member)
        return self.shown(self._measure())

    @operation(
        takes=ValueIn,
        gives=MeasureOut,
        status=201,
        refuses=["date_is_ahead", "value_of_that_day", "too_many_values"],
    )
    @action(detail=True, methods=["post"], url_path="values")
    def add_value(self, request: Request, pk: UUID) -> Response:
        """Add what was counted on a day."""
        actions.add_value(measure=self._measure(), **self.said(ValueIn), by=self.member)
        return self.shown(self._measure(), status=201)

    @operation(takes=NoteIn, gives=MeasureOut, status=201, refuses=["too_many_notes"])
    @action(detail=True, methods=["post"], url_path="notes")
    def add_note(self, request: Request, pk: UUID) -> Response:
        """Say what changed on a day, beside the values."""
        actions.add_note(measure=self._measure(), **self.said(NoteIn), by=self.member)
        return self.shown(self._measure(), status=201)

    @operation(gives=MeasureOut)
    @action(detail=True, methods=["delete"], url_path="entries/<uuid:item>")
    def remove_entry(self, request: Request, pk: UUID, item: UUID) -> Response:
        """Take a value or a note out again."""
        if not actions.remove(measure=self._measure(), item=item, by=self.member):
            raise Http404
        return self.shown(self._measure())
