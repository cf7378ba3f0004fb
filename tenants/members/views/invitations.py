"""The invitations that rollout leads sent: correct one, send it again, take it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.members import actions, permissions, queries
from tenants.members.forms import NameAndAddress
from tenants.members.models import Invitation, Role

INVITATIONS_ON_A_PAGE = 50


class _Lead(Guarded):
    permission = permissions.INVITE_PEOPLE
    capacity = Role.ROLLOUT_LEAD

    def _invitation(self, pk: UUID) -> Invitation:
        return get_object_or_404(queries.invitation_of_leads(self.member), pk=pk)


class InvitationList(_Lead):
    """Invitations that nobody has answered. Refusing and not answering look the same."""

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = Paginator(queries.invitations_of_leads(self.member), INVITATIONS_ON_A_PAGE)
        return render(request, "members/invitation_list_page.html", {"page": waiting.get_page(request.GET.get("page"))})


class InvitationDetail(_Lead):
    """One invitation and what can be done about it."""

    def get(self, request: HttpRequest, invitation: UUID) -> HttpResponse:
        return render(request, "members/invitation_detail_page.html", {"invitation": self._invitation(invitation)})


class InvitationCorrect(_Lead):
    """Mend a name or an address. Another address gets a new link."""

    def get(self, request: HttpRequest, invitation: UUID) -> HttpResponse:
        found = self._invitation(invitation)
        return self._page(request, found, NameAndAddress(initial={"name": found.name, "email": found.email}))

    def post(self, request: HttpRequest, invitation: UUID) -> HttpResponse:
        found = self._invitation(invitation)
        form = NameAndAddress(request.POST)
        if not form.is_valid():
            return self._page(request, found, form)
        try:
            actions.correct(invitation=found, **form.cleaned_data, by=self.member)
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal.message))
            return self._page(request, found, form)
        messages.success(request, _("The invitation was corrected."))
        return redirect("members:invitation-detail", found.pk)

    def _page(self, request: HttpRequest, found: Invitation, form: NameAndAddress) -> HttpResponse:
        context = {"invitation": found, "form": form, "readers": readers_of(Invitation)}
        return render(request, "members/invitation_correct_page.html", context)


class InvitationResend(_Lead):
    """Send it again: a new link, and the old one is dead."""

    def post(self, request: HttpRequest, invitation: UUID) -> HttpResponse:
        found = self._invitation(invitation)
        try:
            actions.resend(invitation=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("The invitation is on its way again. The link sent before works no longer."))
        return redirect("members:invitation-detail", found.pk)


class InvitationRevoke(_Lead):
    """Take it back: the link is dead."""

    def post(self, request: HttpRequest, invitation: UUID) -> HttpResponse:
        found = self._invitation(invitation)
        try:
            actions.revoke(invitation=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("The invitation was taken back."))
        return redirect("members:invitation-detail", found.pk)
