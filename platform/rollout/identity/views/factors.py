"""One's second factors: see them, add one, rename or remove one, make recovery codes."""

from __future__ import annotations

import base64
from typing import Any

import qrcode
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from rollout.accounts import sessions
from rollout.accounts.models import Account
from rollout.accounts.views import AccountView, way_on_of, with_next
from rollout.identity import actions, letters, passkeys, queries, resets
from rollout.identity.forms import AppForm, PasskeyForm, RenameForm
from rollout.identity.views.steps import ProofNeeded
from rollout.kernel.errors import DomainError

APP_KEY = "_app_key"


class Factors(AccountView):
    """What I can prove myself with, besides the code from an e-mail."""

    def get(self, request: HttpRequest) -> HttpResponse:
        way_on = way_on_of(request)
        factors = queries.factors_of(self.account)
        context = {
            "factors": factors,
            "has_app": any(factor.kind == queries.TOTP for factor in factors),
            "codes_left": queries.recovery_codes_left(self.account),
            "waiting": resets.waiting_reset(self.account),
            "needed": way_on if not factors and way_on != "/" else "",
            "app_url": with_next(reverse("factor-app"), way_on),
            "passkey_url": with_next(reverse("factor-passkey"), way_on),
        }
        return render(request, "identity/factors_page.html", context)


class KeepFactors(AccountView):
    """Stop what an operator was asked for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        resets.stop_reset(account=self.account, by=self.account)
        messages.success(request, _("Your second step stays as it is."))
        return HttpResponseRedirect(reverse("factors"))


class AddApp(ProofNeeded):
    """Add an authenticator app: read its key in, type its first code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        request.session[APP_KEY] = actions.new_app_key()
        return self._page(request, AppForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form, key = AppForm(request.POST), request.session.get(APP_KEY)
        if key is None:
            return HttpResponseRedirect(with_next(reverse("factor-app"), way_on_of(request)))
        if form.is_valid():
            try:
                codes = actions.add_app(
                    account=self.account, sealed_key=key, code=form.cleaned_data["code"], by=self.account
                )
            except DomainError as refusal:
                form.add_error(refusal.field or None, str(refusal.message))
            else:
                del request.session[APP_KEY]
                return added(request, self.account, codes)
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: AppForm) -> HttpResponse:
        key = actions.app_key(request.session[APP_KEY])
        context = {
            "form": form,
            "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
            "picture": _picture(_app_address(self.account, key)),
            "next": way_on_of(request),
        }
        return render(request, "identity/app_add_page.html", context)


class AddPasskey(ProofNeeded):
    """Add a passkey: this device, another one, or a security key."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, PasskeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasskeyForm(request.POST)
        if form.is_valid():
            try:
                kept = passkeys.finish_making(request, form.cleaned_data["credential"])
                codes = actions.add_passkey(
                    account=self.account, name=form.cleaned_data["name"], kept=kept, by=self.account
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal.message))
            else:
                return added(request, self.account, codes)
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: PasskeyForm) -> HttpResponse:
        known = Authenticator.objects.filter(user=self.account, type=queries.PASSKEY)
        options = passkeys.begin_making(request, self.account, list(known))
        context = {"form": form, "options": options, "next": way_on_of(request)}
        return render(request, "identity/passkey_add_page.html", context)


class RenamePasskey(ProofNeeded):
    """Call a passkey something else."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        factor = own_factor(self.account, pk)
        return self._page(request, RenameForm(initial={"name": factor.name}), factor)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form, factor = RenameForm(request.POST), own_factor(self.account, pk)
        if factor.kind != queries.PASSKEY:
            raise Http404
        if not form.is_valid():
            return self._page(request, form, factor)
        actions.rename_passkey(account=self.account, factor=pk, name=form.cleaned_data["name"], by=self.account)
        messages.success(request, _("The passkey has its new name."))
        return HttpResponseRedirect(reverse("factors"))

    def _page(self, request: HttpRequest, form: RenameForm, factor: queries.Factor) -> HttpResponse:
        if factor.kind != queries.PASSKEY:
            raise Http404
        context = {"form": form, "cancel_url": reverse("factors")}
        return render(request, "identity/passkey_rename_page.html", context)


class RemoveFactor(ProofNeeded):
    """Remove an app or a passkey: a page that says what follows, and a button."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        factor = own_factor(self.account, pk)
        is_last = len(queries.factors_of(self.account)) == 1
        return render(request, "identity/factor_remove_page.html", {"factor": factor, "is_last": is_last})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own_factor(self.account, pk)
        session = sessions.session_of(request)
        one_is_left = actions.remove_factor(account=self.account, factor=pk, keep=session.record, by=self.account)
        if not one_is_left:
            session[sessions.SECOND_FACTOR] = None
        letters.factors_changed(self.account)
        messages.success(request, _("It is removed."))
        return HttpResponseRedirect(reverse("factors"))


class RecoveryCodes(ProofNeeded):
    """Make new recovery codes. They are shown once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"left": queries.recovery_codes_left(self.account)}
        return render(request, "identity/recovery_codes_make_page.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            codes = actions.renew_recovery_codes(account=self.account, by=self.account)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(reverse("factors"))
        letters.factors_changed(self.account)
        return codes_page(request, codes)


def own_factor(account: Account, pk: int) -> queries.Factor:
    """One's own factor; any other does not exist."""
    factor = queries.factor_of(account, pk)
    if factor is None:
        raise Http404
    return factor


def added(request: HttpRequest, account: Account, codes: list[str]) -> HttpResponse:
    """A factor was added: this session is strong now. The first one brings the recovery codes."""
    sessions.note_proof(sessions.session_of(request), second_factor=True)
    letters.factors_changed(account)
    if codes:
        return codes_page(request, codes)
    messages.success(request, _("It is added."))
    return HttpResponseRedirect(with_next(reverse("factors"), way_on_of(request)))


def codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, the only time that anybody reads them."""
    way_on = way_on_of(request)
    context: dict[str, Any] = {"codes": codes, "way_on": reverse("factors") if way_on == "/" else way_on}
    return render(request, "identity/recovery_codes_page.html", context)


def _app_address(account: Account, key: str) -> str:
    query = urlencode({"secret": key, "issuer": "Collaborative Pairs"})
    return f"otpauth://totp/Collaborative%20Pairs:{account.email}?{query}"


def _picture(text: str) -> str:
    drawn = qrcode.make(text, image_factory=SvgPathImage).to_string()
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
