"""The page behind an invitation's link. Looking at it changes nothing; accepting it is a button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.accounts.models import Account
from rollout.kernel.addresses import normal_address
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import ENTER, Open
from tenants.members import actions, queries
from tenants.members.forms import AcceptForm
from tenants.members.models import Invitation, Member

HOME = "/"


class InvitationPage(Open):
    """What an invitation says, and what the person who holds its link can do next."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        found = queries.invitation_at(token)
        if found is None or found.state in actions.NO_WAY_IN:
            return _no_way_in(request, "unknown" if found is None else found.state)
        if found.state == "yours":
            return HttpResponseRedirect(HOME)
        return _page(request, token, found, _form(found))


class InvitationContinue(Open):
    """The step from the link to signing in: from here on the address has an account."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        landing = reverse("members:invitation-landing", args=[token])
        found = queries.invitation_at(token)
        if found is not None and found.state == "open":
            Account.objects.for_address(found.email)
            return HttpResponseRedirect(f"{ENTER}?{urlencode({'next': landing})}")
        return HttpResponseRedirect(landing)


class InvitationAccept(Open):
    """The one step that lets somebody in."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        found = queries.invitation_at(token)
        if found is None:
            return _no_way_in(request, "unknown")
        if not request.user.is_authenticated:
            return redirect("members:invitation-landing", token)
        form = _form(found, request.POST)
        if form is not None and not form.is_valid():
            return _page(request, token, found, form)
        try:
            actions.accept(
                token=token, partner_kind=form.cleaned_data["kind"] if form else "", by=_account(request.user)
            )
        except DomainError as refusal:
            if refusal.code in actions.NO_WAY_IN:
                return _no_way_in(request, refusal.code)
            messages.error(request, str(refusal.message))
            return redirect("members:invitation-landing", token)
        messages.success(request, _("Welcome. You have accepted the invitation."))
        return HttpResponseRedirect(HOME)


def _account(user: Any) -> Account:
    if not isinstance(user, Account):
        raise Http404
    return user


def _form(found: queries.Found, data: Any = None) -> AcceptForm | None:
    if not found.is_from_partner or found.partner_kind:
        return None
    return AcceptForm(data, side=found.side)


def _page(request: HttpRequest, token: str, found: queries.Found, form: AcceptForm | None) -> HttpResponse:
    signed_in = request.user.is_authenticated
    address = normal_address(getattr(request.user, "email", None) or "")
    context = {
        "invitation": found,
        "token": token,
        "form": form,
        "signed_in": signed_in,
        "is_addressee": signed_in and address == found.email,
        "needed_address": _masked(found.email),
        "not_now": "not-now" in request.GET,
        "readers": readers_of(Member) if found.is_from_partner else readers_of(Invitation),
    }
    return render(request, "members/invitation_page.html", context)


def _no_way_in(request: HttpRequest, code: str) -> HttpResponse:
    """One sentence that names nobody: 404 for a link we do not know, 410 for one whose time is over."""
    status = 404 if code == "unknown" else 410
    return render(request, "members/no_way_in_page.html", {"sentence": actions.NO_WAY_IN[code]}, status=status)


def _masked(address: str) -> str:
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
