"""The pages that say that something is not possible now, on both kinds of host: each made to happen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test.client import ClientHandler

from rollout.accounts import views as accounts
from rollout.accounts.pages import Help
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests.pages.gallery import LANGUAGE_COOKIE, Sheet, sheet_of, speak
from tests.permissions.knocking import Knocker, undone
from tests.permissions.routes import ORGANISATION, SIGN_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.permissions.matrix import Street

NOWHERE = "/nothing/at/all/"
BROKEN = {"400": SuspiciousOperation("unreadable"), "500": RuntimeError("broken"), "503": OperationalError("away")}
"""What a view raises, by the status that people are answered."""
BAD_MOMENTS = ("400", "403", "404", "500", "503", "503 from the start", "no host", "closed", "too often", "no seat")


def take(street: Street, language: str) -> Iterator[Sheet]:
    """Every bad moment in this language."""
    for host in (ORGANISATION, SIGN_IN):
        for who in ("anonymous", "plain"):
            known = street.knockers[who, host]
            with undone():
                speak(language)
                cookies = {**known.cookies, LANGUAGE_COOKIE: language}
                for moment, address, answer in _moments(replace(known, cookies=cookies, language=language)):
                    route = f"{host} error {moment}"
                    yield sheet_of(answer, route, who, language, known.host, address)
    yield from _moments_of_organisations(street, language)


def _moments(knocker: Knocker) -> Iterator[tuple[str, str, Any]]:
    yield "404", NOWHERE, knocker("GET", NOWHERE)
    strict = replace(knocker, handler=ClientHandler(enforce_csrf_checks=True))
    yield "403", "/language/", strict("POST", "/language/", {"language": "en"})
    for moment, trouble in BROKEN.items():
        with patch.object(Help, "get", side_effect=trouble):
            yield moment, "/help/", knocker("GET", "/help/")
    with patch.object(hosts, "served_at", side_effect=OperationalError("away")), \
         patch("rollout.accounts.sessions.session_of", side_effect=OperationalError("away")):  # fmt: skip
        yield "503 from the start", "/help/", knocker("GET", "/help/")


def _moments_of_organisations(street: Street, language: str) -> Iterator[Sheet]:
    """No such organisation, one that is closed, somebody who is no member, and somebody who asks too often."""
    speaks = {LANGUAGE_COOKIE: language}
    elsewhere = Knocker("nobody-here.localhost", speaks, language=language)
    yield sheet_of(
        elsewhere("GET", "/"), f"{ORGANISATION} error no host", "anonymous", language, elsewhere.host, "/"
    )  # fmt: skip
    with undone():
        Organisation.objects.filter(slug="south").update(status=Organisation.Status.SUSPENDED)
        hosts.forget()
        closed = Knocker("south.localhost", speaks, language=language)
        yield sheet_of(closed("GET", "/"), f"{ORGANISATION} error closed", "anonymous", language, closed.host, "/")
    hosts.forget()
    with undone():
        speak(language)
        known = street.knockers["stranger", ORGANISATION]
        stranger = replace(known, cookies=known.cookies | speaks, language=language)
        answer = stranger("GET", "/")
        yield sheet_of(answer, f"{ORGANISATION} error no seat", "stranger", language, known.host, "/")
    with undone(), patch.object(accounts.limits, "allowed", return_value=False):
        eager = Knocker("localhost", speaks, language=language)
        answer = eager("POST", "/sign-in/", {"email": "eager@example.org"})
        yield sheet_of(
            answer, f"{SIGN_IN} error too often", "anonymous", language, "localhost", "/sign-in/", after="POST"
        )  # fmt: skip
