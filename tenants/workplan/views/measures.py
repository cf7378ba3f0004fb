"""Measures: their charts, their values, what changed."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.workplan import actions, forms, permissions, queries, rendering
from tenants.workplan.actions.measures import MeasureContent, content_of
from tenants.workplan.models import Measure, MeasureNote, MeasureValue

PER_PAGE = 20


def table(name: str, content: bytes) -> HttpResponse:
    """A table as a file."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class MeasureList(OfPair):
    """All measures of a pair, each with what it says."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        lines = [rendering.measure_line(measure) for measure in queries.measures_for(self.member, self.pair.pk)]
        return render(request, "workplan/measure_list_page.html", {"pair": self.pair, "lines": lines})


class MeasureTable(OfPair):
    """Every value and note as a file."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        measures = queries.measures_for(self.member, self.pair.pk)
        return table("measures.csv", rendering.measures_csv(measures, rendering.names_of(self.pair)))


class MeasureNew(PairFormPage):
    """Begin to measure something."""

    permission = permissions.WRITE_PLAN
    form_class = forms.MeasureForm
    template = "workplan/measure_form_page.html"
    read_as = Measure

    def save(self, typed: dict[str, Any]) -> str:
        measure = actions.measures.add(pair=self.pair, content=MeasureContent(**typed), by=self.member)
        messages.success(self.request, _("The measure is saved. Now you can add values."))
        return reverse("workplan:measure", args=[self.pair.pk, measure.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("workplan:measures", args=[self.pair.pk])}


class OfMeasure(OfPair):
    """A page about one measure."""

    @cached_property
    def measure(self) -> Measure:
        return queries.one(queries.measures_for(self.member, self.pair.pk), self.kwargs["pk"])

    def measure_url(self) -> str:
        return reverse("workplan:measure", args=[self.measure.pair_id, self.measure.pk])


class MeasureFormPage(PairFormPage, OfMeasure):
    """A form about one measure."""

    permission = permissions.WRITE_PLAN

    def more(self) -> dict[str, Any]:
        return {**super().more(), "measure": self.measure, "cancel_url": self.measure_url()}


class MeasurePage(MeasureFormPage):
    """The chart, and a form for one more value."""

    form_class = forms.ValueForm
    template = "workplan/measure_page.html"
    read_as = MeasureValue

    def more(self) -> dict[str, Any]:
        listed = Paginator(rendering.entries_of(self.measure), PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **super().more(),
            "figure": rendering.figure_of(self.measure),
            "entries": listed,
            "cancel_url": "",
        }

    def save(self, typed: dict[str, Any]) -> str:
        actions.measures.add_value(measure=self.measure, **typed, by=self.member)
        messages.success(self.request, _("The value is added."))
        return self.measure_url()


class MeasureEdit(MeasureFormPage):
    """Say better what is measured."""

    form_class = forms.MeasureForm
    template = "workplan/measure_form_page.html"
    read_as = Measure

    def initial(self) -> dict[str, Any]:
        said = content_of(self.measure)
        better = "higher" if said.higher_is_better else "lower"
        return {"name": said.name, "unit": said.unit, "better": better, "baseline_value": said.baseline_value,
                "baseline_on": said.baseline_on}  # fmt: skip

    def save(self, typed: dict[str, Any]) -> str:
        actions.measures.edit(measure=self.measure, content=MeasureContent(**typed), by=self.member)
        messages.success(self.request, _("The measure is changed."))
        return self.measure_url()


class MeasureNotes(MeasureFormPage):
    """Say what changed on a day."""

    form_class = forms.NoteForm
    template = "workplan/measure_note_page.html"
    read_as = MeasureNote

    def save(self, typed: dict[str, Any]) -> str:
        actions.measures.add_note(measure=self.measure, **typed, by=self.member)
        messages.success(self.request, _("The note is added."))
        return self.measure_url()


class EntryRemove(PairAct, OfMeasure):
    """Take a value or a note out."""

    permission = permissions.WRITE_PLAN

    def act(self) -> str:
        try:
            item = UUID(self.request.POST.get("item", ""))
        except ValueError:
            raise Http404 from None
        actions.measures.remove(measure=self.measure, item=item, by=self.member)
        return _("It is taken out.")

    def back(self) -> str:
        return self.measure_url()
