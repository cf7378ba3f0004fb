"""A pair that the rollout team proposes, as the person reads it to whom it is proposed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.members.models import PartnerKind, Side
from tenants.pairs.models import Seat
from tenants.roster import actions, permissions, queries


class ProposalPage(Guarded):
    """Say yes, or nothing. "Not now" is a link: it stores nothing."""

    permission = permissions.ANSWER_PROPOSAL

    def get(self, request: HttpRequest, proposal: UUID) -> HttpResponse:
        found = queries.proposal_for(self.member, proposal)
        if found is None:
            raise Http404
        if found.accepted:
            return redirect("pairs:home")
        context = {
            "proposal": found,
            "side": Side(found.side).label,
            "kind": PartnerKind(found.kind).label,
            "readers": readers_of(Seat),
        }
        return render(request, "roster/proposal_page.html", context)


class ProposalAccept(Guarded):
    """Say yes to a proposed pair."""

    permission = permissions.ANSWER_PROPOSAL

    def post(self, request: HttpRequest, proposal: UUID) -> HttpResponse:
        if queries.proposal_for(self.member, proposal) is None:
            raise Http404
        try:
            pair = actions.accept_proposal(proposal=proposal, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect("pairs:home")
        messages.success(request, _("You have accepted. This is your pair's page."))
        return redirect("pairs:page", pair)
