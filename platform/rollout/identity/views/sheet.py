"""Signing in without an e-mail address: typing a code of one's sheet, and making another sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.accounts import limits, sessions
from rollout.accounts.views import AccountView, way_on_of, with_next
from rollout.identity import rendering, sheets
from rollout.identity.forms import SheetSignInForm
from rollout.kernel.errors import DomainError
from rollout.kernel.views import Open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http.response import HttpResponseBase

    from rollout.accounts.models import Account


class SheetSignIn(Open):
    """Type the next code of one's sheet. The answer is the same for every code that opens nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(way_on_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, SheetSignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form, way_on = SheetSignInForm(request.POST), way_on_of(request)
        if not form.is_valid():
            return self._page(request, form)
        if not limits.allowed(sheets.TYPED, request, person="", way_on=way_on):
            form.add_error(None, _("That was tried too often. Wait ten minutes, then try again."))
            return self._page(request, form, status=429)
        if (account := sheets.use(form.cleaned_data["code"])) is None:
            form.add_error("code", str(sheets.NOT_GOOD))
            return self._page(request, form)
        if sheets.left(account) <= sheets.FEW:
            way_on = with_next(reverse("sheet"), way_on)
        request.session[sessions.HOST] = settings.BASE_HOST
        request.session[sessions.OWN_DEVICE] = form.cleaned_data["own_device"]
        # As after a code from an e-mail: whoever has a second step takes it now.
        answer: HttpResponse = perform_login(request, Login(user=account, redirect_url=way_on))
        return answer

    def _page(self, request: HttpRequest, form: SheetSignInForm, status: int = 200) -> HttpResponse:
        way_on = way_on_of(request)
        context = {"form": form, "next": way_on, "other_url": with_next(reverse("sign-in"), way_on)}
        return render(request, "identity/sheet_sign_in_page.html", context, status=status)


class Sheet(AccountView):
    """How many codes I have left, and another sheet. Its codes are on the answer to the form and nowhere else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"left": sheets.left(self.account), "few": sheets.FEW, "next": way_on_of(request)}
        return render(request, "identity/sheet_page.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        if shown := request.POST.getlist("codes")[: sheets.CODES]:
            if sheets.still_good(self.account, shown):
                return rendering.sheet_on_paper(self.account, shown, request)
            return self._again(request, _("These codes do not work any more. Make a new sheet."))
        try:
            codes = sheets.make(account=self.account, keep=sessions.session_of(request).record, by=self.account)
        except DomainError as refusal:
            return self._again(request, str(refusal.message))
        return sheet_made(request, self.account, codes)

    def _again(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(with_next(reverse("sheet"), way_on_of(request)))


def sheet_made(request: HttpRequest, account: Account, codes: Sequence[str]) -> HttpResponse:
    """The page on which a new sheet is read, once."""
    context = {**rendering.sheet(account, codes, request), "go_on": way_on_of(request)}
    return render(request, "identity/sheet_made_page.html", context)
