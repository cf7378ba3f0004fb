"""Results: read, write, sign, ask a witness."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage, SureAct
from tenants.projects import actions, forms, permissions, queries, rendering
from tenants.projects.content import ResultContent, content_of
from tenants.projects.models import ResultClaim, ResultPoint, Witness

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20
SIGNED = (ResultClaim.State.CLAIMED, ResultClaim.State.CORROBORATED)


class ResultList(OfPair):
    """All results of a pair."""

    permission = permissions.READ_WORK

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found = queries.results_for(self.member, self.pair.pk).prefetch_related(None)
        listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        lines = [rendering.result_line(result) for result in listed]
        return render(request, "projects/result_list_page.html", {"pair": self.pair, "lines": lines, "listed": listed})


class OfResult(OfPair):
    """A page about one result."""

    @cached_property
    def result(self) -> ResultClaim:
        return queries.result_for(self.member, self.pair.pk, self.kwargs["pk"])

    def result_url(self) -> str:
        return reverse("projects:result", args=[self.result.pair_id, self.result.pk])


class ResultPage(OfResult):
    """All that is signed, the chart, the keys and the witnesses."""

    permission = permissions.READ_WORK

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        result = self.result
        return render(
            request,
            "projects/result_page.html",
            {
                "pair": self.pair,
                "result": result,
                "tag": rendering.result_tag(result),
                "figure": rendering.figure_of(result),
                "start": rendering.amount(result.baseline_value, result.unit, result.baseline_on),
                "now": rendering.amount(result.current_value, result.unit, result.current_on),
                "keys": rendering.keys_of(result, self.sides),
                "witnesses": list(queries.witnesses_of(self.member, result)),
                "is_signed": result.state in SIGNED,
            },
        )


class ResultDraft(PairFormPage):
    """Write down a result."""

    permission = permissions.WRITE_RESULT
    form_class = forms.ResultForm
    template = "projects/result_form_page.html"
    read_as = ResultClaim

    def save(self, typed: dict[str, Any]) -> str:
        result = actions.results.draft(pair=self.pair, content=ResultContent(**typed), by=self.member)
        messages.success(self.request, _("Your result is saved. Now both of you can sign it."))
        return reverse("projects:result", args=[result.pair_id, result.pk])


class ResultFormPage(PairFormPage, OfResult):
    """A form about one result."""

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "result": self.result,
            "is_signed": self.result.state in SIGNED,
            "cancel_url": self.result_url(),
        }


class ResultEdit(ResultFormPage):
    """Change what a result says."""

    permission = permissions.WRITE_RESULT
    form_class = forms.ResultForm
    template = "projects/result_form_page.html"
    read_as = ResultClaim

    def initial(self) -> dict[str, Any]:
        values = content_of(self.result).values()
        return {**values, "better": "higher" if values["higher_is_better"] else "lower"}

    def save(self, typed: dict[str, Any]) -> str:
        actions.results.edit(result=self.result, content=ResultContent(**typed), by=self.member)
        messages.success(self.request, _("Your result is changed. Both of you sign it again."))
        return self.result_url()


class ResultValues(ResultFormPage):
    """The dated values of the chart: add one, or take one out."""

    permission = permissions.WRITE_RESULT
    form_class = forms.PointForm
    template = "projects/result_values_page.html"
    read_as = ResultPoint

    def more(self) -> dict[str, Any]:
        unit = self.result.unit
        points = [(point.on, rendering.amount(point.value, unit, point.on)) for point in self.result.points.all()]
        return {**super().more(), "points": points}

    def save(self, typed: dict[str, Any]) -> str:
        actions.results.add_point(result=self.result, **typed, by=self.member)
        messages.success(self.request, _("The value is added."))
        return self.request.path


class ResultAct(PairAct, OfResult):
    """One act on one result."""

    permission = permissions.WRITE_RESULT

    def back(self) -> str:
        return self.result_url()


class ResultValueRemove(ResultAct):
    """Take one value out of the chart."""

    def act(self) -> str:
        try:
            day = parse_date(self.request.POST.get("on", ""))
        except ValueError:
            day = None
        if day is None:
            raise Http404
        actions.results.remove_point(result=self.result, on=day, by=self.member)
        return _("The value is taken out.")

    def back(self) -> str:
        return reverse("projects:result-values", args=[self.result.pair_id, self.result.pk])


class ResultSign(ResultAct):
    """Sign what was shown."""

    permission = permissions.SIGN_RESULT
    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        result = actions.results.sign(result=self.result, shown=shown, by=self.member)
        if result.state != ResultClaim.State.DRAFT:
            return _("You have both signed. Now you can ask a witness to confirm it.")
        return _("You have signed. Your partner can sign now.")


class ResultDisprove(ResultAct, SureAct):
    """Say that it turned out to be wrong."""

    template = "projects/result_disprove_page.html"

    def asked(self) -> dict[str, Any]:
        return {"result": self.result}

    def act(self) -> str:
        actions.results.disprove(result=self.result, by=self.member)
        return _("The result is marked as wrong. Thank you for saying so.")


class WitnessAsk(ResultFormPage):
    """Ask somebody independent."""

    permission = permissions.ASK_WITNESS
    form_class = forms.WitnessForm
    template = "projects/witness_ask_page.html"
    read_as = Witness

    def save(self, typed: dict[str, Any]) -> str:
        actions.witnesses.ask(result=self.result, **typed, by=self.member)
        messages.success(self.request, _("Your witness gets an e-mail."))
        return self.result_url()
