"""The operator's pages: which organisations there are and whether the work gets done. No numbers of people or pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.accounts import sessions
from rollout.accounts.models import Account
from rollout.accounts.views import with_next
from rollout.identity import addresses, letters, resets
from rollout.identity.forms import LostAddressForm, LostFactorsForm
from rollout.kernel.errors import DomainError
from rollout.kernel.views import Open
from rollout.organisations import actions, hosts
from rollout.organisations.forms import OrganisationForm
from rollout.organisations.models import Organisation, OrganisationRequest


class Operator(Open):
    """A page that exists for operators alone."""

    account: Account

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, Account) or not request.user.is_operator:
            raise Http404
        if not sessions.is_strong(sessions.session_of(request)):
            return HttpResponseRedirect(with_next(reverse("second-step"), request.get_full_path()))
        self.account = request.user
        return super().dispatch(request, *args, **kwargs)


class Overview(Operator):
    """All organisations with name, address, kind and status; what waits to be made; how the jobs are."""

    health: Callable[[], Any] | None = None

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = Organisation.objects.prefetch_related("domains")
        rows = [
            {
                "organisation": organisation,
                "address": hosts.address_of(request, organisation.domains.all()[0].domain)
                if organisation.domains.all()
                else "",
                "moves": [move for move, (before, _after) in actions.MOVES.items() if before == organisation.status],
            }
            for organisation in organisations
        ]
        context = {
            "rows": rows,
            "requests": OrganisationRequest.objects.exclude(state=OrganisationRequest.State.DONE)[:20],
            "health": self.health() if self.health else None,
        }
        return render(request, "organisations/operator_page.html", context)


class Create(Operator):
    """Ask for a new organisation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, OrganisationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OrganisationForm(request.POST)
        if form.is_valid():
            fields = dict(form.cleaned_data)
            try:
                actions.ask_for_organisation(slug=fields.pop("slug"), fields=fields, by=self.account)
            except DomainError as refusal:
                form.add_error(refusal.field, str(refusal.message))
            else:
                messages.success(request, _("The organisation is waiting to be made."))
                return HttpResponseRedirect(reverse("operator"))
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: OrganisationForm) -> HttpResponse:
        return render(request, "organisations/organisation_create_page.html", {"form": form})


class Move(Operator):
    """Suspend, resume or close: a page that says what follows, and a button."""

    def get(self, request: HttpRequest, slug: str, move: str) -> HttpResponse:
        organisation = self._organisation(slug, move)
        return render(request, "organisations/organisation_move_page.html", {"shown": organisation, "move": move})

    def post(self, request: HttpRequest, slug: str, move: str) -> HttpResponse:
        organisation = self._organisation(slug, move)
        try:
            actions.change_status(organisation=organisation, move=move, by=self.account)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Done. It can take half a minute until every page knows."))
        return HttpResponseRedirect(reverse("operator"))

    def _organisation(self, slug: str, move: str) -> Organisation:
        if move not in actions.MOVES:
            raise Http404
        return get_object_or_404(Organisation, slug=slug)


class SecondFactor(Operator):
    """Ask everybody in an organisation for a second step, or only those who hold offices."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        shown = get_object_or_404(Organisation, slug=slug)
        return render(request, "organisations/second_factor_page.html", {"shown": shown})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        shown = get_object_or_404(Organisation, slug=slug)
        asked = request.POST.get("asked") == "all"
        actions.ask_all_for_second_factor(organisation=shown, asked=asked, by=self.account)
        messages.success(request, _("Done. It can take half a minute until every page knows."))
        return HttpResponseRedirect(reverse("operator"))


class ResetFactors(Operator):
    """Take somebody's lost second factors away in a week."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, LostFactorsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LostFactorsForm(request.POST)
        if form.is_valid():
            try:
                asked = resets.ask_for_reset(address=form.cleaned_data["address"], by=self.account)
            except DomainError as refusal:
                form.add_error(refusal.field, str(refusal.message))
            else:
                letters.factors_will_go(asked.account, addresses.WAIT.days)
                messages.success(request, _("It happens in seven days. Its person can stop it until then."))
                return HttpResponseRedirect(reverse("operator"))
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: LostFactorsForm) -> HttpResponse:
        context = {"form": form, "cancel_url": reverse("operator")}
        return render(request, "organisations/factors_reset_page.html", context)


class ChangeAddress(Operator):
    """Give an account another address in a week, for somebody who lost theirs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, LostAddressForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LostAddressForm(request.POST)
        if form.is_valid():
            try:
                asked = addresses.ask_for_change(**form.cleaned_data, by=self.account)
            except DomainError as refusal:
                form.add_error(refusal.field, str(refusal.message))
            else:
                letters.address_will_change(asked.account, asked.account.email, addresses.WAIT.days)
                messages.success(request, _("The address changes in seven days. Its person can stop it until then."))
                return HttpResponseRedirect(reverse("operator"))
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: LostAddressForm) -> HttpResponse:
        context = {"form": form, "cancel_url": reverse("operator")}
        return render(request, "organisations/address_change_page.html", context)
