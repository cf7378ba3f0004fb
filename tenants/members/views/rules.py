"""The rollout lead's page about how people sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rollout.kernel.views import Guarded
from rollout.organisations.hosts import asks_all_for_second_factor
from tenants.members import permissions, rules
from tenants.members.models import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SecondFactorForAll(Guarded):
    """Ask everybody for a second step, or only those who hold an office: a page that says what follows, a button."""

    permission = permissions.ASK_SECOND_FACTOR
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        context = {"asks_all": asks_all_for_second_factor(organisation)}
        return render(request, "members/second_factor_page.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        asked = request.POST.get("asked") == "all"
        rules.ask_everybody_for_second_factor(organisation=organisation, asked=asked, by=self.member)
        messages.success(
            request,
            _("Everybody needs a second step from now on.")
            if asked
            else _("Only those who hold an office need a second step from now on."),
        )
        return redirect("members:second-factor")
