"""One's own e-mail address: see it, change it, stop an operator's change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.accounts import limits, sessions
from rollout.accounts.views import AccountView
from rollout.identity import addresses, letters, mailed
from rollout.identity.forms import AddressForm, MailedCodeForm
from rollout.identity.views.steps import ProofNeeded
from rollout.kernel.errors import DomainError

NEW = "address"


class Address(AccountView):
    """My address, and what waits to happen to it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"address": self.account.email, "waiting": addresses.waiting_change(self.account)}
        return render(request, "identity/address_page.html", context)


class AddressStop(AccountView):
    """Stop a change that an operator was asked for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        addresses.stop_change(account=self.account, by=self.account)
        messages.success(request, _("Your address stays as it is."))
        return HttpResponseRedirect(reverse("address"))


class AddressChange(ProofNeeded):
    """Type a new address. A code goes there, whoever has it: the answer is always the same."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, AddressForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if form.is_valid():
            address = form.cleaned_data["address"]
            if not limits.allowed(limits.ASKED, request, person=f"change {self.account.pk}"):
                form.add_error(None, _("That was tried too often. Wait ten minutes, then try again."))
            else:
                letters.code_for(self.account, address, mailed.make(request, NEW, address=address))
                return HttpResponseRedirect(reverse("address-code"))
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: AddressForm) -> HttpResponse:
        context = {"form": form, "has_address": bool(self.account.email), "cancel_url": reverse("address")}
        return render(request, "identity/address_change_page.html", context)


class AddressCode(ProofNeeded):
    """Type the code that went to the new address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, MailedCodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailedCodeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        proved = None
        if limits.allowed(limits.TYPED, request, person=f"change {self.account.pk}"):
            proved = mailed.use(request, NEW, form.cleaned_data["code"])
        if proved is None:
            form.add_error("code", _("This is not the code from the newest e-mail, or it is too old."))
            return self._page(request, form)
        old, keep = self.account.email, sessions.session_of(request).record
        try:
            addresses.change_address(account=self.account, address=proved["address"], keep=keep, by=self.account)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            letters.address_changed(self.account, old)
            first = _("From now on your codes come by e-mail. The codes of your sheet do not work any more.")
            messages.success(request, _("Your address is changed. We told the old one.") if old else first)
        return HttpResponseRedirect(reverse("address"))

    def _page(self, request: HttpRequest, form: MailedCodeForm) -> HttpResponse:
        waits = mailed.waiting(request, NEW)
        if waits is None:
            return HttpResponseRedirect(reverse("address-change"))
        context = {"form": form, "address": waits["address"], "cancel_url": reverse("address")}
        return render(request, "identity/address_code_page.html", context)
