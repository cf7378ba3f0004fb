"""Nobody learns from an answer whether an address is known: status, bytes, length, headers, statements, letters.

What time would tell, the statements tell without a clock: the same ones, in the same number and order.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rollout.accounts.models import Account, Tries
from tests import world, world_roster
from tests.crawl import masked
from tests.rollout.identity.test_factors import with_app
from tests.world_accounts import BASE, Browser, signed_in
from tests.world_signon import come_in

if TYPE_CHECKING:
    from collections.abc import Iterator

TRIES = 40
KINDS = ("known", "stron", "close", "guest", "nobod")
"""Somebody, somebody with a second factor, a closed account, an invited person, and nobody: equally long."""
_VALUES = re.compile(r"'(?:[^']|'')*'|\bs\d+_x\d+\b|_curs_\d+_sync_\d+|\b\d[\d.]*\b|\bNULL\b")


@pytest.fixture
def addresses(north):
    """An address of each kind."""
    _known, strong, closed = (Account.objects.for_address(address_of(kind)) for kind in KINDS[:3])
    with_app(strong, signed_in(strong))
    assert Authenticator.objects.filter(user=strong).exists()
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    world_roster.invited(north, world.lead(north), "Gus Guest", email=address_of("guest"))
    mail.outbox.clear()
    return {kind: address_of(kind) for kind in KINDS}


def address_of(kind: str) -> str:
    return f"{kind}@example.org"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that was sent meanwhile on both aliases, without its values."""
    told: list[str] = []
    with CaptureQueriesContext(connections["platform"]) as one, CaptureQueriesContext(connections["default"]) as two:
        yield told
    told += [_VALUES.sub("?", query["sql"]) for query in [*one.captured_queries, *two.captured_queries]]


def seen(answer: Any, address: str, told: list[str]) -> tuple[Any, ...]:
    """All by which two answers can be told apart."""
    body = answer.content.decode()
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "X-Request-Id")
    plain = masked(body.replace(address, "ADDRESS").encode())
    return answer.status_code, plain, len(body), tuple(headers), tuple(sorted(answer.cookies)), tuple(told)


def told_apart(ask: Any, addresses: dict[str, str], tries: int = TRIES) -> list[int]:
    """Ask about each kind so often; where the answers differ, by number of the answer."""
    found: list[set[Any]] = []
    for _number in range(tries):
        for address in addresses.values():
            Tries.objects.all().delete()
            for number, what in enumerate(ask(address)):
                if number == len(found):
                    found.append(set())
                found[number].add(what)
    return [number for number, answers in enumerate(found) if len(answers) > 1]


def asked(client: Client, address: str, method: str, path: str, data: Any = None) -> tuple[Any, ...]:
    with statements() as told:
        answer = getattr(client, method)(path, data or {})
    return seen(answer, address, told)


@pytest.fixture(autouse=True)
def _nothing_by_chance(monkeypatch, north, browser_of):
    """What happens once in a while happens whoever asks: looking a host up again, noting the last use."""
    monkeypatch.setattr("rollout.organisations.hosts.FRESH_SECONDS", 10**6)
    monkeypatch.setattr("rollout.signon.speaking.FRESH_SECONDS", 10**6)
    monkeypatch.setattr("rollout.accounts.sessions.SEEN_EVERY", timedelta(days=1))
    browser_of(None, north).get("/pairs/")


def test_asking_for_a_code_and_typing_one(addresses):
    def ask(address):
        client = Client(HTTP_HOST=BASE)
        yield asked(client, address, "post", "/sign-in/", {"email": address, "next": "/sessions/"})
        yield asked(client, address, "get", "/sign-in/code/")
        yield asked(client, address, "post", "/sign-in/code/", {"code": "BBBB-BBBB"})

    assert told_apart(ask, addresses) == []
    wanted = {addresses[kind] for kind in ("known", "stron")}
    assert {letter.to[0] for letter in mail.outbox} == wanted
    assert len(mail.outbox) == TRIES * len(wanted)


def test_what_a_passkey_is_asked(addresses):
    credential = {"credential": '{"id": "x"}'}

    def ask(address):
        client = Client(HTTP_HOST=BASE)
        client.post("/sign-in/", {"email": address})
        yield asked(client, address, "get", "/sign-in/second-step/")
        yield asked(client, address, "post", "/sign-in/second-step/", credential)
        yield asked(client, address, "get", "/second-step/")
        yield asked(client, address, "post", "/second-step/", credential)

    assert told_apart(ask, addresses) == []


def test_the_link_with_a_sign_in_service(addresses, norths, service):
    def ask(address):
        browser = Browser()
        service.claims = {}
        with statements() as told:
            answer = come_in(browser, service, address)
        yield seen(answer, address, told)
        client = browser.on(BASE)
        yield asked(client, address, "get", answer["Location"])
        yield asked(client, address, "post", answer["Location"], {"code": "BBBB-BBBB"})

    assert told_apart(ask, addresses) == []
    assert {letter.to[0] for letter in mail.outbox} == {addresses["known"], addresses["stron"]}


def test_inviting_somebody_to_a_pair(north, addresses):
    lead = world.member(north, "Priya Professional")
    client = world.browser(lead, north)
    client.get("/pairs/")
    addresses = {kind: address for kind, address in addresses.items() if kind != "close"}
    answers = set()
    for address in [*addresses.values(), address_of("close")]:
        pair = world.founded(north, lead)
        with statements() as told:
            answer = client.post(f"/pairs/{pair}/invite/", {"name": "Somebody", "email": address, "language": "en"})
        status, body, length, headers, cookies, sent = seen(answer, address, told)
        assert status == 302
        with statements() as told:
            page = client.get(answer["Location"])
        shown = seen(page, address, told)
        answers.add((status, body, length, str(headers).replace(str(pair), "*"), str(cookies), sent, len(shown[1])))
    assert len(answers) == 1


def test_an_invitation_s_link_that_leads_nowhere(north, addresses):
    """Made up ones alike, whoever looks; the sentences of real ones are for those who hold the link."""
    client = Client(HTTP_HOST="north.localhost")
    answers = {asked(client, "-", "get", f"/invitations/{number:040d}/") for number in range(5 * TRIES)}
    assert len({(status, len(body), told) for status, body, _length, _headers, _cookies, told in answers}) == 1


def test_the_comparison_notices_what_it_looks_for(addresses, monkeypatch):
    """One statement more for those who are known is seen."""
    from allauth.account.adapter import get_adapter

    kind = type(get_adapter())
    generate = kind.generate_login_code

    def telling(self):
        found = generate(self)
        Account.objects.filter(email=self.request.POST["email"], is_active=True).count() and Account.objects.count()
        return found

    monkeypatch.setattr(kind, "generate_login_code", telling)

    def ask(address):
        yield asked(Client(HTTP_HOST=BASE), address, "post", "/sign-in/", {"email": address})

    assert told_apart(ask, addresses, tries=1) == [0]
