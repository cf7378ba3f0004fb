"""What every answer carries, whoever asks: no foreign content, no frames, no copies, no cookie that leaves its host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.client import ClientHandler

from rollout.accounts import typed
from rollout.kernel.views import NOT_KEPT
from rollout.organisations.views import entering
from tenants.pairs import onward
from tests.permissions.doors import Door
from tests.permissions.house import OWN
from tests.permissions.knocking import Answer
from tests.permissions.matrix import DOORS, Street, undone
from tests.permissions.routes import Route, operations, pages

EXACT = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FROM_OURSELVES = {"'none'", "'self'", "data:"}
PRODUCTION = """
import json, django
django.setup()
from django.conf import settings
from rollout.accounts.typed import KEY_COOKIE, WRITER_COOKIE
from rollout.organisations.views.entering import STATE_COOKIE
from tenants.pairs.onward import ONWARD_COOKIE
kinds = ("SECURE_", "SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")
names = [name for name in dir(settings) if name.startswith(kinds)]
own = {"STATE_COOKIE": STATE_COOKIE, "KEY_COOKIE": KEY_COOKIE, "WRITER_COOKIE": WRITER_COOKIE,
       "ONWARD_COOKIE": ONWARD_COOKIE}
print(json.dumps({**own, **{name: getattr(settings, name) for name in names}}))
"""


OF_MODULES = {"STATE_COOKIE": entering, "KEY_COOKIE": typed, "WRITER_COOKIE": typed, "ONWARD_COOKIE": onward}
"""Cookies that are named where they are used."""


def answers(street: Street, route: Route, door: Door) -> list[Answer]:
    """What somebody is answered with every method of an address, and nobody with the first."""
    found = []
    things = street.house.things[OWN]
    values = {name: things[door.takes[name]] for name in route.parameters}
    offered = [method.upper() for method in route.methods]
    for who, methods in (("anonymous", offered[:1]), (door.who[0], (*offered, "DELETE"))):
        for method in methods:
            with undone():
                found.append(street.call(route, door, street.arrive(route, door, who, method), values, method))
    return found


def problems(route: Route, answer: Answer, caching: str) -> list[str]:
    """What is wrong with the headers of an answer."""
    headers = answer.headers
    found = [f"{name}: {headers.get(name)}" for name, value in EXACT.items() if headers.get(name) != value]
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    if (
        policy["default-src"] != ["'none'"]
        or policy["frame-ancestors"] != ["'none'"]
        or policy["base-uri"] != ["'none'"]
    ):
        found.append(f"policy: {policy}")
    ours = [name for name in policy if name != "form-action"]  # a form may lead to another host of ours
    found += [f"{name}: {policy[name]}" for name in ours if not set(policy[name]) <= FROM_OURSELVES]
    if not all(host.split("://")[-1].split(":")[0].endswith(settings.BASE_HOST) for host in policy["form-action"][1:]):
        found.append(f"forms: {policy['form-action']}")
    if caching not in headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {headers.get('Cache-Control')}")
    found += [f"cookie {cookie.OutputString()}" for cookie in cookies(answer) if not is_kept_close(cookie)]
    return found


def cookies(answer: Answer) -> list[Morsel[str]]:
    found: SimpleCookie = answer.response.cookies
    return list(found.values())


def is_kept_close(cookie: Morsel[str]) -> bool:
    """Not for scripts, not for other sites, not for other hosts. One that is taken away may say less."""
    if cookie["max-age"] == 0:
        return not cookie["domain"]
    return bool(cookie["httponly"]) and cookie["samesite"] in ("Lax", "Strict") and not cookie["domain"]


def caching_of(route: Route, answer: Answer) -> str:
    declared = getattr(route.view, "caching", NOT_KEPT)
    return declared if answer.status == 200 and answer.response.wsgi_request.method == "GET" else ""


def test_every_page_answers_with_every_header(street: Street):
    wrong, asked = [], 0
    for route in pages():
        for answer in answers(street, route, DOORS[str(route)]):
            asked += 1
            wrong += [(str(route), answer.status, what) for what in problems(route, answer, caching_of(route, answer))]
    assert wrong == []
    assert asked > 500


def test_only_what_belongs_to_nobody_may_be_kept():
    assert {route.path for route in pages() if getattr(route.view, "caching", NOT_KEPT) != NOT_KEPT} == {"/brand.css"}


def test_every_list_of_the_api_answers_with_every_header(street: Street):
    lists = [
        route for route in operations() if not route.parameters and "get" in route.methods and "*" not in route.path
    ]
    assert len(lists) > 20
    for route in lists:
        for who in ("anonymous", "partner"):
            with undone():
                answer = street.knocker(who, route)("GET", route.path)
            assert answer.status in (200, 400, 401, 404), (route, answer.body)
            assert problems(route, answer, NOT_KEPT) == [], route


@pytest.fixture(scope="module")
def in_production() -> dict[str, Any]:
    """What the settings of a server that people rely on say, read in a process of its own."""
    secrets = {
        "SECRET_KEY": "".join(map(chr, range(48, 110))), "CONTEXT_KEY": bytes(range(32)).hex(),
        "PRIVATE_TEXT_KEY": bytes(range(32, 64)).hex(),
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", PRODUCTION],
        env={**os.environ, **secrets, "DJANGO_SETTINGS_MODULE": "rollout.config.settings.production",
             "PYTHONPATH": f"{settings.ROOT}{os.pathsep}{Path(settings.ROOT, 'platform')}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(found.stdout)
    return said


def test_in_production_every_cookie_is_bound_to_its_host_and_every_answer_to_https(
    street: Street, in_production: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
):
    state = in_production["STATE_COOKIE"]
    renamed = {settings.SESSION_COOKIE_NAME: in_production["SESSION_COOKIE_NAME"]}
    for name, value in in_production.items():
        if name not in OF_MODULES:
            setattr(settings, name, value)
    settings.SECURE_PROXY_SSL_HEADER = tuple(settings.SECURE_PROXY_SSL_HEADER)
    for name, module in OF_MODULES.items():
        monkeypatch.setattr(module, name, in_production[name])
    handler = ClientHandler(enforce_csrf_checks=False)
    secure = {
        key: replace(known, handler=handler, https=True,
                     cookies={renamed.get(name, name): value for name, value in known.cookies.items()})
        for key, known in street.knockers.items()
    }  # fmt: skip
    monkeypatch.setitem(street.__dict__, "knockers", secure)
    seen, wrong = set(), []
    for route in pages():
        door = DOORS[str(route)]
        for answer in answers(street, route, replace(door, before=None)):
            if answer.headers.get("Strict-Transport-Security") != "max-age=63072000; includeSubDomains":
                wrong.append((str(route), answer.headers.get("Strict-Transport-Security")))
            for cookie in cookies(answer):
                seen.add(cookie.key)
                if not (cookie.key.startswith("__Host-") and cookie["secure"] and cookie["path"] == "/"):
                    wrong.append((str(route), cookie.OutputString()))
                if not is_kept_close(cookie):
                    wrong.append((str(route), cookie.OutputString()))
    assert wrong == []
    named = {f"__Host-{name}" for name in ("session", "csrf", "language", "writer", "typed", "onward")}
    assert seen == {*named, state}
    assert state.startswith("__Host-")
