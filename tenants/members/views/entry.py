"""The page behind an invitation's link. Looking at it changes nothing; accepting it is a button."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.accounts import sessions
from rollout.accounts.models import Account
from rollout.audit import actions as platform_audit
from rollout.identity import sheets
from rollout.identity.views.sheet import sheet_made
from rollout.kernel.addresses import normal_address
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.tenancy import in_organisation
from rollout.kernel.views import ENTER, Open
from rollout.organisations import hosts
from tenants.members import actions, arriving, queries
from tenants.members.forms import AcceptForm, LetterAcceptForm
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
        return _page(request, token, found, _form(found, signed_in=request.user.is_authenticated))


class InvitationContinue(Open):
    """The step from the link to signing in: from here on the address has an account. A letter's goes to none."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        landing = reverse("members:invitation-landing", args=[token])
        found = queries.invitation_at(token)
        if found is not None and found.state == "open":
            if found.email:
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


class InvitationTakeUp(Open):
    """A letter's invitation, taken up by somebody who is not signed in: a new account, and a sheet of ways back in."""

    outside: ClassVar[bool] = True

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        landing = redirect("members:invitation-landing", token)
        with in_organisation(organisation.place()):
            found = queries.invitation_at(token)
        if found is None or found.email or found.state != "open" or request.user.is_authenticated:
            return landing
        form = LetterAcceptForm(request.POST, side=found.side)
        if not form.is_valid():
            return _page(request, token, found, form)
        try:
            kind = form.cleaned_data["kind"]
            account = arriving.take_up(organisation=organisation, token=token, partner_kind=kind)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return landing
        codes = sheets.make(account=account, keep=None, by=account)
        host = hosts.plain(request.get_host())
        sessions.open_session(request, account, host=host, own_device=form.cleaned_data["own_device"])
        platform_audit.record("account.signed_in", by=account.pk, second_factor=False)
        return sheet_made(request, account, codes)


def _account(user: Any) -> Account:
    if not isinstance(user, Account):
        raise Http404
    return user


def _form(found: queries.Found, data: Any = None, *, signed_in: bool = True) -> AcceptForm | None:
    if not found.is_from_partner or found.partner_kind:
        return None
    if not found.email and not signed_in:
        return LetterAcceptForm(data, side=found.side)
    return AcceptForm(data, side=found.side)


def _page(request: HttpRequest, token: str, found: queries.Found, form: AcceptForm | None) -> HttpResponse:
    signed_in = request.user.is_authenticated
    address = normal_address(getattr(request.user, "email", None) or "")
    context = {
        "invitation": found,
        "token": token,
        "form": form,
        "signed_in": signed_in,
        "by_letter": not found.email,
        "is_addressee": signed_in and found.email in ("", address),
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
