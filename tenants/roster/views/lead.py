"""The rollout lead's home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rollout.kernel.views import Guarded
from tenants.members import queries as members
from tenants.members.models import Role
from tenants.roster import permissions, queries


class LeadHome(Guarded):
    """What needs the lead now, what has come into the open, and what cannot be seen from here."""

    permission = permissions.USE_ROLLOUT
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "drafts": list(queries.drafts(self.member)),
            "waiting": queries.waiting_invitations(self.member),
            "sites": queries.open_pairs(self.member),
            "notices": members.notices_for(self.member),
        }
        return render(request, "roster/lead_home_page.html", context)
