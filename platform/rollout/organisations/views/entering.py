"""From the sign-in host into an organisation, so that nobody types a second code.

The organisation's host keeps a secret in a cookie and sends its hash along; the sign-in host answers with a
code that only the browser with that cookie can use, once, within sixty seconds.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from rollout.accounts import actions, sessions
from rollout.accounts.models import Account
from rollout.accounts.views import set_language_cookie, with_next
from rollout.accounts.ways import local_path
from rollout.kernel.errors import DomainError
from rollout.kernel.tokens import hashed
from rollout.kernel.views import Open
from rollout.organisations import hosts

STATE_COOKIE = "__Host-entry" if settings.SESSION_COOKIE_SECURE else "entry"
STATE_SECONDS = 3600
_STATE = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE_HASH = re.compile(r"[0-9a-f]{64}")


def way_inside(wanted: str | None) -> str:
    """A path on the organisation's host to go to afterwards; never the door itself."""
    path = local_path(wanted)
    return "/" if path.startswith(("/enter/", "/sign-")) else path


class Start(Open):
    """At the organisation's door: off to the sign-in host."""

    def get(self, request: HttpRequest) -> HttpResponse:
        state = request.COOKIES.get(STATE_COOKIE, "")
        if not _STATE.fullmatch(state):  # kept while it lives, so that two tabs may enter side by side
            state = secrets.token_urlsafe(32)
        query = {
            "host": hosts.plain(request.get_host()),
            "state": hashed(state),
            "next": way_inside(request.GET.get("next")),
        }
        if "strong" in request.GET:  # the page asked for needs a second factor
            query["strong"] = "1"
        response = HttpResponseRedirect(
            hosts.address_of(
                request, settings.BASE_HOST, f"{reverse('enter', urlconf=settings.PUBLIC_URLCONF)}?{urlencode(query)}"
            )
        )
        response.set_cookie(
            STATE_COOKIE, state, max_age=STATE_SECONDS, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        return response


class Enter(Open):
    """On the sign-in host: a code for who is signed in, the sign-in page for who is not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        host, state_hash = hosts.plain(request.GET.get("host", "")), request.GET.get("state", "")
        if hosts.served_at(host).organisation is None or not _STATE_HASH.fullmatch(state_hash):
            return render(request, "organisations/entry_refused_page.html", {"again": "/"}, status=400)
        session = sessions.session_of(request).record
        if not isinstance(request.user, Account) or session is None:
            return HttpResponseRedirect(with_next(reverse("sign-in"), request.get_full_path()))
        if "strong" in request.GET and session.second_factor_at is None:
            return HttpResponseRedirect(with_next(reverse("second-step"), request.get_full_path()))
        code = actions.issue_entry_code(host=host, state_hash=state_hash, session=session, by=request.user)
        query = urlencode({"code": code, "next": way_inside(request.GET.get("next"))})
        return HttpResponseRedirect(hosts.address_of(request, host, f"/enter/finish/?{query}"))


class Finish(Open):
    """Back at the organisation's door, with a code: a session of this host."""

    def get(self, request: HttpRequest) -> HttpResponse:
        host, way_on = hosts.plain(request.get_host()), way_inside(request.GET.get("next"))
        state = request.COOKIES.get(STATE_COOKIE, "")
        try:
            entry = actions.use_entry_code(code=request.GET.get("code", ""), host=host, state_hash=hashed(state))
        except DomainError as refusal:
            again = with_next("/enter/start/", way_on)
            context = {"again": again, "sentence": refusal.message}
            return render(request, "organisations/entry_refused_page.html", context, status=refusal.status)
        sessions.open_session(
            request,
            entry.account,
            host=host,
            own_device=entry.own_device,
            parent=entry.parent,
            started=entry.started_at,
            second_factor=entry.second_factor_at,
            through=entry.through,
        )
        response = HttpResponseRedirect(way_on)
        response.delete_cookie(STATE_COOKIE, samesite="Lax")
        if entry.account.language:
            set_language_cookie(response, entry.account.language)
        return response


class SignInElsewhere(Open):
    """The pages of the sign-in host, asked for on an organisation's host."""

    path = "/"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(hosts.address_of(request, settings.BASE_HOST, self.path))
