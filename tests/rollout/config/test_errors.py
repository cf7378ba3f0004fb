"""When something is missing, forbidden or broken."""

from __future__ import annotations

import uuid

import pytest
from django.db import connections
from django.test import Client

from rollout.accounts.models import Account
from rollout.config import home
from rollout.organisations import hosts
from tenants.members.models import Role
from tests import world
from tests.world_accounts import BASE, Browser, signed_in

NORTH = "north.localhost"


def test_hidden_and_missing_are_the_same_bytes(north, browser_of):
    pair, _professional, _citizen = world.hidden_pair(north)
    for who in (
        world.lead(north),
        world.member(north, "Sven Sponsor", Role.SPONSOR),
        world.member(north, "Otto Other"),
    ):
        browser = browser_of(who, north)
        hidden, missing = browser.get(f"/pairs/{pair}/"), browser.get(f"/pairs/{uuid.uuid4()}/")
        nowhere = browser.get("/nothing/at/all/")
        assert hidden.status_code == missing.status_code == nowhere.status_code == 404
        assert hidden.content == missing.content == nowhere.content
        assert sorted(hidden.headers) == sorted(missing.headers)


def test_an_operator_s_page_does_not_exist_for_others(north):
    client = signed_in(world.account("Ada"))
    hidden, missing = client.get("/operator/"), client.get("/nothing/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_a_form_without_its_token_is_refused_with_a_way_back(north):
    member = world.member(north, "Petra Partner")
    client = Client(HTTP_HOST=NORTH, enforce_csrf_checks=True)
    client.cookies = signed_in(Account.objects.get(pk=member.pk), NORTH).cookies
    posted = {"privacy": "on", "terms": "on"}
    answer = client.post("/notices/", posted, headers={"referer": f"http://{NORTH}/notices/?next=/pairs/"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "open for too long" in page
    assert 'href="/notices/?next=/pairs/"' in page
    evil = client.post(
        "/notices/", posted, headers={"referer": "http://evil.example/x", "origin": "http://evil.example"}
    )
    assert evil.status_code == 403
    assert "evil" not in evil.content.decode()


@pytest.mark.parametrize("path", ["/notices/", "/language/", "/sign-out/", "/sign-out/everywhere/"])
def test_every_form_of_ours_wants_its_token(north, path):
    member = world.member(north, "Petra Partner")
    client = Client(HTTP_HOST=NORTH, enforce_csrf_checks=True)
    client.cookies = signed_in(Account.objects.get(pk=member.pk), NORTH).cookies
    assert client.post(path, {"language": "fr", "privacy": "on", "terms": "on"}).status_code == 403
    assert client.post(path, "{}", content_type="text/plain").status_code == 403


def test_our_own_mistake_says_so(north, browser_of, monkeypatch):
    browser = browser_of(None, north)
    browser.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home, "HttpResponseRedirect", broken)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "This is our mistake" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


@pytest.fixture
def unreachable(django_db_setup, django_db_blocker):
    """Every alias points at a port where nobody listens."""
    with django_db_blocker.unblock():
        ports = {}
        for alias in connections:
            connections[alias].close()
            ports[alias] = connections[alias].settings_dict["PORT"]
            connections[alias].settings_dict["PORT"] = "9"
        try:
            yield
        finally:
            for alias, port in ports.items():
                connections[alias].close()
                connections[alias].settings_dict["PORT"] = port


@pytest.mark.parametrize(("host", "path"), [(NORTH, "/pairs/"), (NORTH, "/"), (BASE, "/sessions/")])
def test_without_the_database_a_page_says_so(unreachable, host, path):
    hosts.forget()
    client = Client(HTTP_HOST=host)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "15"
    assert "comes back by itself" in answer.content.decode()


def test_the_machine_s_questions_without_the_database(unreachable):
    hosts.forget()
    client = Client(HTTP_HOST=BASE)
    assert client.get("/health/live").content == b"live\n"
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.content) == (503, b"not ready\n")


def test_it_recovers_by_itself(north, browser_of):
    assert browser_of(None, north).get("/health/ready").content == b"ready\n"
    assert Browser().on(BASE).get("/health/ready").status_code == 200
