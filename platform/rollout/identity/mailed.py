"""Codes that are mailed to an address and typed into the browser that asked: single-use, ten minutes, five tries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from rollout.kernel.tokens import hashed

if TYPE_CHECKING:
    from django.http import HttpRequest

GOOD_FOR = dt.timedelta(minutes=10)
TRIES = 5


def make(request: HttpRequest, purpose: str, **more: str) -> str:
    """A new code for this browser; an older one for the same purpose opens nothing any more."""
    code = str(get_adapter().generate_login_code())
    until = (timezone.now() + GOOD_FOR).isoformat()
    request.session[_key(purpose)] = {"hash": hashed(_plain(code)), "until": until, "tries": 0, **more}
    return code


def waiting(request: HttpRequest, purpose: str) -> dict[str, str] | None:
    """What this browser waits for a code with, while the code is good."""
    kept = request.session.get(_key(purpose))
    if kept is None or dt.datetime.fromisoformat(kept["until"]) <= timezone.now() or kept["tries"] >= TRIES:
        return None
    return dict(kept)


def use(request: HttpRequest, purpose: str, code: str) -> dict[str, str] | None:
    """Use a code up. What was kept with it, or None when it is wrong, old or tried too often."""
    kept = waiting(request, purpose)
    if kept is None:
        return None
    if not constant_time_compare(kept["hash"], hashed(_plain(code))):
        request.session[_key(purpose)]["tries"] += 1
        request.session.modified = True
        return None
    forget(request, purpose)
    return kept


def forget(request: HttpRequest, purpose: str) -> None:
    """No code is waited for any more."""
    request.session.pop(_key(purpose), None)


def _key(purpose: str) -> str:
    return f"_mailed_{purpose}"


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum())
