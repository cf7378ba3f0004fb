"""An organisation's sign-in service, as an operator writes it down."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from rollout.organisations.views.operator import Operator
from rollout.signon import actions, queries
from rollout.signon.forms import ServiceForm

_SHOWN = ("name", "issuer", "client_id", "domains", "hosts", "vouches", "strong_acr", "is_on")


class Service(Operator):
    """Write down where an organisation's people can sign in, and what has to be written down over there."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation = get_object_or_404(Organisation, slug=slug)
        kept = queries.service_of(organisation)
        initial = {name: getattr(kept, name) for name in _SHOWN} if kept else None
        return self._page(request, organisation, ServiceForm(initial=initial, has_secret=kept is not None))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation = get_object_or_404(Organisation, slug=slug)
        form = ServiceForm(request.POST, has_secret=queries.service_of(organisation) is not None)
        if form.is_valid():
            try:
                actions.configure(organisation=organisation, details=form.details, by=self.account)
            except DomainError as refusal:
                problem = _("The service did not describe itself as it should (%(reason)s).")
                form.add_error("issuer", problem % {"reason": refusal.code})
            else:
                messages.success(request, _("It is written down. Try it out in another browser."))
                return HttpResponseRedirect(reverse("operator"))
        return self._page(request, organisation, form)

    def _page(self, request: HttpRequest, organisation: Organisation, form: ServiceForm) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "shown": organisation,
            "kept": queries.service_of(organisation),
            "back_address": hosts.address_of(
                request, settings.BASE_HOST, reverse("sign-on-return", args=[organisation.slug])
            ),
            "cancel_url": reverse("operator"),
        }
        return render(request, "signon/service_page.html", context)


class Remove(Operator):
    """Forget an organisation's sign-in service."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        actions.remove(organisation=get_object_or_404(Organisation, slug=slug), by=self.account)
        messages.success(request, _("It is removed. People sign in with a code."))
        return HttpResponseRedirect(reverse("operator"))
