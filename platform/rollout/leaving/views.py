"""What is yours, and leaving with it or without a trace."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rollout.accounts.views import AccountView
from rollout.identity.views.steps import ProofNeeded
from rollout.kernel.errors import DomainError
from rollout.leaving import actions, letters, queries
from rollout.leaving.forms import LeaveForm


class Yours(ProofNeeded):
    """What is kept of me, and what I asked for."""

    page = "yours"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "downloads": queries.downloads_of(self.account),
            "waiting": queries.waiting_erasure(self.account),
            "days": queries.KEPT_FOR.days,
        }
        return render(request, "leaving/yours_page.html", context)


class Prepare(ProofNeeded):
    """Ask for everything that organisations keep of me."""

    page = "yours"

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            found = actions.prepare(account=self.account, by=self.account)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(reverse("yours"))
        if found:
            told = ngettext(
                "%(count)d organisation knows you. We send you an e-mail when your file is ready.",
                "%(count)d organisations know you. We send you an e-mail when your files are ready.",
                found,
            ) % {"count": found}
            messages.success(request, told)
        else:
            messages.info(request, _("No organisation here knows you. What your account holds you can take now."))
        return HttpResponseRedirect(reverse("yours"))


class TakeAccount(ProofNeeded):
    """What the account itself holds, as a file."""

    page = "yours"

    def post(self, request: HttpRequest) -> HttpResponse:
        content = actions.take_account(account=self.account, heading=_("What your account holds"), by=self.account)
        return _file(content, "account.zip")


class Take(ProofNeeded):
    """What was prepared in one organisation, as a file."""

    page = "yours"

    def post(self, request: HttpRequest, job: UUID) -> HttpResponse:
        found = queries.download_of(self.account, job)
        if found is None:
            raise Http404
        content = actions.take(account=self.account, download=found, by=self.account)
        return _file(content, "yours.zip")


class Leave(ProofNeeded):
    """Ask to be forgotten, after a page that says what happens."""

    page = "leave"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, LeaveForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LeaveForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            asked = actions.ask_to_be_forgotten(account=self.account, by=self.account)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
            return self._page(request, form)
        days = (asked.due_at - asked.asked_at).days
        letters.erasure_asked(self.account.email or "", get_language() or settings.LANGUAGE_CODE, days)
        request.session.flush()
        request.user = AnonymousUser()
        response = render(request, "leaving/asked_page.html", {"days": days})
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def _page(self, request: HttpRequest, form: LeaveForm) -> HttpResponse:
        return render(request, "leaving/leave_page.html", {"form": form, "cancel_url": reverse("yours")})


class Stay(AccountView):
    """Take the wish back."""

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.stay(account=self.account, by=self.account)
        messages.success(request, _("Your account stays as it is."))
        return HttpResponseRedirect(reverse("yours"))


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
