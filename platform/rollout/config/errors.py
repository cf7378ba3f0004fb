"""Pages for when something is not there or not possible, the same for everybody."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rollout.accounts import typed
from rollout.accounts.ways import page_before
from rollout.config.context import page
from rollout.kernel.views import Guarded

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

API = "/api/"

_log = logging.getLogger("rollout.request")


def plain_page(request: HttpRequest, sentence: str | _StrPromise, *, status: int) -> HttpResponse:
    """One sentence on an empty page, for hosts without an organisation that may be served."""
    return HttpResponse(render_to_string("errors/plain.html", {"sentence": sentence}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The browser sent something we cannot read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere. The way back leads to the page with the form.

    A form that this very person read in a session that has ended since is kept and offered again.
    """
    if reason and request.method == "POST" and (key := _kept(request)):
        response = HttpResponseRedirect(typed.OFFER)
        typed.hand_key(response, key)
        return response
    context = {"back": page_before(request)}
    if reason:
        context["reason"] = _("The page was open for too long, or the form came from another place.")
    return render(request, "errors/403.html", context, status=403)


def _kept(request: HttpRequest) -> str:
    view = getattr(getattr(request.resolver_match, "func", None), "view_class", None)
    inside = getattr(request, "organisation", None) is not None and request.user.is_authenticated
    return typed.keep(request) if inside and view is not None and issubclass(view, Guarded) else ""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not for this person: the same bytes for both.

    So nothing on the page may depend on the address that was asked for: no form, no current entry in the menu.
    """
    menu = [{**entry, "current": False} for entry in page(request)["navigation"]]
    silent = dict.fromkeys(("language_choices", "person_name", "messages", "display", "in_short", "half_hours"), "")
    quiet = {"navigation": menu, **silent}
    return render(request, "errors/404.html", quiet, status=404)


def failed(request: HttpRequest, *args: Any) -> HttpResponse:
    """Our fault. When the database is away, the page says that it comes back by itself."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if request.path.startswith(API):
        response = _failed_program(is_away)
    else:
        page = "errors/no_database.html" if is_away else "errors/500.html"
        response = HttpResponse(render_to_string(page), status=503 if is_away else 500)
    if is_away:
        response["Retry-After"] = "15"
    return response


def _failed_program(is_away: bool) -> HttpResponse:
    """The same for a program, in the shape of the API's refusals."""
    if is_away:
        said = {"code": "unavailable", "detail": _("The service is away for a moment. Ask again soon.")}
        return JsonResponse(said, status=503)
    return JsonResponse({"code": "failed", "detail": _("Something went wrong on our side.")}, status=500)
