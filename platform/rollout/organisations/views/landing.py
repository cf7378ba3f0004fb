"""The first page of the sign-in host."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from rollout.accounts.models import Account
from rollout.accounts.queries import sessions_of
from rollout.kernel.views import Open
from rollout.organisations import hosts
from rollout.organisations.forms import GoForm
from rollout.organisations.models import Domain


class Landing(Open):
    """What this is; for who is signed in, the ways into organisations."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = GoForm(request.GET) if "address" in request.GET else GoForm()
        if form.is_bound and form.is_valid():
            return HttpResponseRedirect(hosts.address_of(request, form.cleaned_data["address"]))
        return render(request, "organisations/landing_page.html", {"form": form, "entered": self._entered(request)})

    def _entered(self, request: HttpRequest) -> list[dict[str, str]]:
        # Where this person has been lately, from their own sessions: an account knows no memberships.
        if not isinstance(request.user, Account):
            return []
        names = set(sessions_of(request.user).exclude(host=settings.BASE_HOST).values_list("host", flat=True))
        known = Domain.objects.filter(domain__in=names).select_related("tenant").order_by("tenant__name")
        return [{"name": domain.tenant.name, "url": hosts.address_of(request, domain.domain)} for domain in known]
