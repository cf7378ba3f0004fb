"""The first page of an organisation's host: the way to where a person works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from rollout.config.context import HOMES
from rollout.kernel.tenancy import PARTNER
from rollout.kernel.views import Open


class Home(Open):
    """Off to the home page of one's first office, or to one's pairs. Depends on offices alone, never on seats."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("enter-start"))
        member = request.member  # type: ignore[attr-defined]
        if member is None:
            return render(request, "organisations/not_a_member_page.html", {"name": str(request.user)})
        held = set(member.held_roles) or {PARTNER}
        return HttpResponseRedirect(reverse(next(name for hat, _label, name in HOMES if hat in held)))
