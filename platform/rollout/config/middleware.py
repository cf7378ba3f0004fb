"""A request's way, from the outside in. The innermost step opens the organisation and renders inside it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.accounts import actions as accounts
from rollout.accounts import queries as known_accounts
from rollout.accounts import sessions, typed
from rollout.accounts.models import Account, ApiToken
from rollout.accounts.sessions import HOST
from rollout.config import errors
from rollout.config.logs import current_request
from rollout.identity.queries import factors_of
from rollout.kernel.forms import filled_with
from rollout.kernel.tenancy import PARTNER, in_organisation
from rollout.kernel.views import ENTER, Guarded, Open
from rollout.organisations import hosts
from tenants.members import queries as members

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'{form}; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


def request_id(get_response: Handler) -> Handler:
    """A random id that ties log lines together; answered in a header so that people can quote it."""

    def step(request: HttpRequest) -> HttpResponse:
        mark = current_request.set(uuid.uuid4().hex)
        try:
            response = get_response(request)
            response["X-Request-Id"] = current_request.get() or ""
            return response
        finally:
            current_request.reset(mark)

    return step


def security_headers(get_response: Handler) -> Handler:
    """No foreign content, no framing, no caching of what people see."""

    def step(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Forms of an organisation's host may lead to the sign-in host and back; browsers check the redirect too.
        port = f":{request.get_port()}" if settings.DEMO else ""
        form = f" {request.scheme}://{settings.BASE_HOST}{port} {request.scheme}://*.{settings.BASE_HOST}{port}"
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(form=form))
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return step


def language_of_browser(get_response: Handler) -> Handler:
    """Until it is known who reads: the cookie's language, else the browser's. Pages about trouble speak it too."""

    def step(request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            return get_response(request)

    return step


def organisation_host(get_response: Handler) -> Handler:
    """Which organisation this host belongs to; a plain page for a host that nobody knows."""

    def step(request: HttpRequest) -> HttpResponse:
        host = request.get_host()
        request.organisation = None  # type: ignore[attr-defined]
        request.member = None  # type: ignore[attr-defined]
        if hosts.is_sign_in_host(host):
            request.urlconf = settings.PUBLIC_URLCONF
            return get_response(request)
        served = hosts.served_at(host)
        if served.organisation is None:
            return errors.plain_page(request, _("There is nothing at this address."), status=404)
        if served.refusal:
            return errors.plain_page(request, served.refusal, status=503)
        request.organisation = served.organisation  # type: ignore[attr-defined]
        return get_response(request)

    return step


def session_belongs_to_host(get_response: Handler) -> Handler:
    """A session counts only on the host where it was opened, and only for its hours.

    A copied cookie is nobody elsewhere. Whoever opens a page that leaves no trace is nobody as well.
    """

    def step(request: HttpRequest) -> HttpResponse:
        if getattr(_view(request), "traceless", False):
            request.user = AnonymousUser()
            return get_response(request)
        here, session = hosts.plain(request.get_host()), sessions.session_of(request)
        known, record = session.get(HOST), session.record
        if known != here and (known is not None or SESSION_KEY in session):
            _start_as_nobody(request)
        elif record is not None and record.account_id and sessions.is_spent(record):
            sessions.end_spent(record)
            _start_as_nobody(request)
        return get_response(request)

    return step


def _start_as_nobody(request: HttpRequest) -> None:
    request.session = sessions.SessionStore()
    request.user = AnonymousUser()


def bearer_token(get_response: Handler) -> Handler:
    """Whose key to the API a request carries. Where one is carried, it alone says who asks: no session counts.

    Pages know no keys. A key of another organisation, taken back, run out or made up is nobody, all alike.
    """

    def step(request: HttpRequest) -> HttpResponse:
        request.token = None  # type: ignore[attr-defined]
        carried = request.headers.get("Authorization", "")
        if not carried or not getattr(_view(request), "takes_tokens", False):
            return get_response(request)
        token = _token(request, carried)
        request.token = token  # type: ignore[attr-defined]
        request.user = token.account if token else AnonymousUser()
        if token:
            accounts.note_token_use(token=token)
        return get_response(request)

    return step


def _token(request: HttpRequest, carried: str) -> ApiToken | None:
    kind, _blank, secret = carried.partition(" ")
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    if kind.lower() != "bearer" or organisation is None:
        return None
    return known_accounts.token_at(secret.strip(), organisation.pk)


def language_of_reader(get_response: Handler) -> Handler:
    """The profile's language, else the cookie's, else the organisation's, else the browser's."""

    def step(request: HttpRequest) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in dict(settings.LANGUAGES):
            chosen = organisation.language if organisation else translation.get_language_from_request(request)
        zone = organisation.time_zone if organisation else settings.TIME_ZONE
        with translation.override(chosen), timezone.override(zone):
            response = get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response

    return step


def what_was_typed(get_response: Handler) -> Handler:
    """A form that is sent when its session has ended is kept, and offered again after signing in. Nothing acts on it.

    The page of a form that was taken up shows what was typed, until it is sent.
    """

    def step(request: HttpRequest) -> HttpResponse:
        view = _view(request)
        if view is None or request.organisation is None or not issubclass(view, Guarded):  # type: ignore[attr-defined]
            return get_response(request)
        if not request.user.is_authenticated:
            key = typed.keep(request) if request.method == "POST" else ""
            if not key:
                return get_response(request)
            response: HttpResponse = HttpResponseRedirect(f"{ENTER}?{urlencode({'next': typed.OFFER})}")
            typed.hand_key(response, key)
            return response
        again = typed.taken_up(request)
        with filled_with(again.fields if again and request.method == "GET" else None):
            response = get_response(request)
        typed.note_reader(request, response)
        if again and request.method == "POST" and response.status_code == 302:
            typed.throw_away(again, response)
        return response

    return step


class _Refused(Exception):
    """Carries an answer of 400 or above out of the transaction, so that nothing of it is saved."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def inside_organisation(get_response: Handler) -> Handler:
    """One transaction, as this person, wearing the hat that the page declares. Rolled back on refusals."""

    def step(request: HttpRequest) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        if organisation is None:
            if isinstance(request.user, Account) and request.user.is_authenticated:
                sessions.note_use(sessions.session_of(request), office=request.user.is_operator)
            return get_response(request)
        if getattr(_view(request), "traceless", False) or getattr(_view(request), "outside", False):
            return get_response(request)
        person = request.user.pk if request.user.is_authenticated else None
        try:
            with in_organisation(organisation.place(person, _hat(request))):
                member = members.member_here(person)
                request.member = member  # type: ignore[attr-defined]
                if person is not None and request.token is None:  # type: ignore[attr-defined]
                    sessions.note_use(
                        sessions.session_of(request), office=member is not None and bool(member.held_roles)
                    )
                response = _second_factor_first(request, member) or get_response(request)
                if response.streaming and not hasattr(response, "file_to_stream"):
                    raise RuntimeError("a page inside an organisation is never streamed")
                if response.status_code >= 400:
                    raise _Refused(response)
        except _Refused as refused:
            return refused.response
        return response

    return step


def _second_factor_first(request: HttpRequest, member: Any) -> HttpResponse | None:
    """Off to prove oneself, where offices or the organisation ask for a second factor; None when the way is free.

    Asked before the view is, so that what is hidden and what is missing are answered alike. A key to the API that was
    made without a second factor waits until its person has one.
    """
    view, token = _view(request), request.token  # type: ignore[attr-defined]
    if member is None or view is None or issubclass(view, Open):
        return None
    if token.second_factor_at if token is not None else sessions.is_strong(sessions.session_of(request)):
        return None
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    if not (members.needs_second_factor(member) or hosts.asks_all_for_second_factor(organisation)):
        return None
    if token is not None and factors_of(token.account):
        return None
    if not issubclass(view, Guarded):
        detail = _("Prove with a second factor that it is you. Then try again.")
        return JsonResponse({"code": "second_factor_required", "detail": detail}, status=403)
    way_on = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{ENTER}?{urlencode({'strong': '1', 'next': str(way_on)})}")


def _hat(request: HttpRequest) -> str:
    declared = getattr(_view(request), "capacity", PARTNER)
    if declared is None:  # the API says its hat in a header
        declared = request.headers.get("Capacity", PARTNER)
        return declared if declared in members.HATS else PARTNER
    return str(declared)


def _view(request: HttpRequest) -> Any:
    """The view class that will answer; several steps ask, so it is looked up once for each set of addresses."""
    urlconf = getattr(request, "urlconf", None)
    known: tuple[Any, Any] | None = getattr(request, "_known_view", None)
    if known is None or known[0] != urlconf:
        known = (urlconf, _looked_up(request, urlconf))
        request._known_view = known  # type: ignore[attr-defined]
    return known[1]


def _looked_up(request: HttpRequest, urlconf: Any) -> Any:
    try:
        view = resolve(request.path_info, urlconf=urlconf).func
    except Resolver404:
        return None
    return getattr(view, "view_class", None) or getattr(view, "cls", None)
