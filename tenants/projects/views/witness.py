"""The page of a witness: one fact at one place. It knows no pair and names no programme."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.views import Open
from tenants.projects import actions, forms, queries, rendering


class WitnessPage(Open):
    """Looking changes nothing, so that a mail scanner cannot answer. The answer is given by the button."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, token, forms.AnswerForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = forms.AnswerForm(request.POST)
        if not form.is_valid() or queries.question_at(token) is None:
            return self.page(request, token, form)
        try:
            actions.witnesses.answer(token=token, given=form.cleaned_data["answer"])
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Thank you. Your answer is saved."))
        return HttpResponseRedirect(request.path)

    def page(self, request: HttpRequest, token: str, form: forms.AnswerForm) -> HttpResponse:
        question = queries.question_at(token)
        if question is None:
            raise Http404
        context = {
            "question": question,
            "start": rendering.amount(question.baseline_value, question.unit, question.baseline_on),
            "now": rendering.amount(question.current_value, question.unit, question.current_on),
            "form": form,
            "token": token,
        }
        return render(request, "projects/witness_page.html", context)


class WitnessWithdraw(Open):
    """Take the answer back."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if queries.question_at(token) is None:
            raise Http404
        try:
            actions.witnesses.withdraw(token=token)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Your answer is taken back."))
        return HttpResponseRedirect(reverse("projects:witness", args=[token]))
