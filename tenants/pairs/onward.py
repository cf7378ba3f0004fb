"""One after the other: whoever begins on the home page is led from each thing that waits to the next one.

Where somebody is stands in a cookie until they come home again. It tells the thing's moment and a fingerprint of it,
nothing that anybody could read.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from tenants.pairs import home

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tenants.members.models import Member
    from tenants.pairs.home import Waiting

ONWARD_COOKIE = f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}onward"


def next_stop(request: HttpRequest, member: Member) -> tuple[str, Waiting] | None:
    """What waits after the thing at hand, with its mark; from the start for whoever begins. None at the end."""
    at = request.COOKIES.get(ONWARD_COOKIE, "")
    return next((stop for stop in _stops(member) if stop[0] > at), None)


def after(request: HttpRequest, member: Member, usual: str) -> str:
    """Where to go after an act: on to the next thing, once the one at hand is done; else where the act leads."""
    at = request.COOKIES.get(ONWARD_COOKIE)
    if not at or any(mark == at for mark, _waiting in _stops(member)):
        return usual
    return reverse("pairs:next")


def remember(response: HttpResponse, mark: str) -> None:
    """Note which thing is at hand."""
    response.set_cookie(
        ONWARD_COOKIE, mark, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, max_age=None
    )


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Somebody is at home again, where everything stands in one list."""
    if ONWARD_COOKIE in request.COOKIES:
        response.delete_cookie(ONWARD_COOKIE, samesite="Lax")


def _stops(member: Member) -> list[tuple[str, Waiting]]:
    """What waits for the member, the longest first, each with a mark that sorts in this order."""
    found = [(_mark(entry), entry) for entry in home.waiting_for(member) if not entry.for_partner]
    return sorted(found, key=lambda stop: stop[0])


def _mark(entry: Waiting) -> str:
    told = f"{entry.url} {entry.title}"
    return f"{int(entry.since.timestamp() * 1_000_000):016d}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
