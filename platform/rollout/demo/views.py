"""What only a demo may have: signing in with one click, and reading everybody's mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from rollout.accounts import outbox, sessions
from rollout.accounts.models import Account
from rollout.accounts.ways import local_path
from rollout.kernel.tokens import token_for
from rollout.kernel.views import Open
from rollout.organisations import hosts
from rollout.organisations.models import Domain
from rollout.organisations.views.entering import way_inside

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


class SignInAs(Open):
    """Sign in as a person of the story and go into their organisation."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        account = next(
            (
                account
                for account in Account.objects.filter(is_active=True)
                if constant_time_compare(token_for("demo", account.pk), token)
            ),
            None,
        )
        if account is None:
            raise Http404
        if account != request.user:
            # Counts as a second factor here alone: a demo has nobody to protect and no telephone at hand.
            strong = timezone.now() if settings.DEMO else None
            sessions.open_session(request, account, host=settings.BASE_HOST, second_factor=strong)
        slug = request.GET.get("organisation", "")
        domain = Domain.objects.filter(tenant__slug=slug, is_primary=True).first()
        if domain is None:
            return HttpResponseRedirect(local_path(request.GET.get("next", "/")))
        query = urlencode({"next": way_inside(request.GET.get("next"))})
        return HttpResponseRedirect(hosts.address_of(request, domain.domain, f"/enter/start/?{query}"))


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its sign-in code, if it carries one, and its text with links to click."""

    message: outbox.Message
    code: str
    text: SafeString


class OutboxList(Open):
    """Every letter that was sent, the newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        letters = [_letter(message) for message in outbox.messages()]
        return render(request, "demo/outbox_page.html", {"letters": letters})


class OutboxLetter(Open):
    """One letter as it was sent."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        message = outbox.message(name)
        if message is None:
            raise Http404
        return render(request, "demo/letter_page.html", {"letter": _letter(message)})


def _letter(message: outbox.Message) -> Letter:
    code = _CODE.search(message.text)
    return Letter(message, code[0] if code else "", _with_links(message.text))


def _with_links(text: str) -> SafeString:
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [(text[end : link.start()],), (format_html('<a href="{0}">{0}</a>', link[0]),)]
        end = link.end()
    return format_html_join("", "{}", [*parts, (text[end:],)])
