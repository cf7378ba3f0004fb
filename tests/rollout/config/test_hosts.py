"""Which host a request is for, and who somebody is there."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import HOST
from rollout.organisations.models import Organisation
from tests import world
from tests.world_accounts import BACKEND, BASE, Browser, signed_in

NORTH, SOUTH = "north.localhost", "south.localhost"


def ask(host: str, path: str = "/help/", **headers: str):
    client = Client(headers={"accept-language": "en", **headers})
    client.raise_request_exception = False
    return client.get(path, HTTP_HOST=host)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("north.localhost", "Northmoor"),
        ("north.localhost:8000", "Northmoor"),
        ("north.localhost.", "Northmoor"),
        ("NORTH.LocalHost", "Northmoor"),
        ("North.Localhost.:8443", "Northmoor"),
        ("south.localhost", "Southvale"),
    ],
)
def test_spellings_of_a_host_are_one_host(north, south, host, name):
    page = ask(host)
    assert page.status_code == 200
    assert name in page.content.decode()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("nowhere.localhost", 404),
        ("evil.example", 404),
        ("northmoor.localhost", 404),
        ("x.north.localhost", 404),
        ("127.0.0.1", 404),
        ("xn--nrth-yua.localhost", 404),
        ("nørth.localhost", 400),
        ("north.localhost@evil.example", 400),
        ("evil.example@north.localhost", 400),
        ("north.localhost/..", 400),
        ("north.localhost evil.example", 400),
        ("", 400),
    ],
)
def test_other_hosts_get_a_plain_page(north, host, status):
    answer = ask(host)
    page = answer.content.decode()
    assert answer.status_code == status
    assert "Northmoor" not in page
    assert "<h1>" in page
    assert "There is nothing at this address." in page or status == 400


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "forwarded", "x-original-host", "x-forwarded-server"])
def test_headers_of_a_proxy_nobody_trusts_choose_no_host(north, south, header):
    for host, name in ((NORTH, "Northmoor"), (SOUTH, "Southvale")):
        page = ask(host, **{header: "host=south.localhost" if header == "forwarded" else SOUTH}).content.decode()
        assert name in page
    assert ask("nowhere.localhost", **{header: NORTH}).status_code == 404


def test_a_copied_cookie_is_nobody_elsewhere(north, south):
    member = world.member(north, "Petra Partner")
    account = Account.objects.get(pk=member.pk)
    mine = signed_in(account, NORTH)
    key = mine.cookies[settings.SESSION_COOKIE_NAME].value
    assert mine.get("/notices/").status_code == 200
    for host in (SOUTH, BASE, "north.localhost.evil.example"):
        thief = Client(HTTP_HOST=host)
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        for path in ("/", "/notices/", "/sessions/", "/operator/", "/pairs/", "/sign-out/"):
            answer = thief.get(path)
            assert account.email not in answer.content.decode()
            assert member.name not in answer.content.decode()
            assert answer.status_code in (302, 404) or (host, path) == (BASE, "/")
    assert Session.objects.filter(account=account).count() == 1
    assert mine.get("/notices/").status_code == 200


def test_a_session_of_the_sign_in_host_is_nobody_in_an_organisation(north):
    member = world.member(north, "Petra Partner")
    client = signed_in(Account.objects.get(pk=member.pk), BASE)
    client.defaults["HTTP_HOST"] = NORTH
    assert client.get("/notices/")["Location"].startswith("/enter/start/")


def test_a_session_that_names_no_host_is_nobody(north):
    member = world.member(north, "Petra Partner")
    client = Client(HTTP_HOST=NORTH)
    client.force_login(Account.objects.get(pk=member.pk), backend=BACKEND)
    assert client.get("/notices/")["Location"].startswith("/enter/start/")


def test_messages_do_not_travel_with_a_copied_cookie(north, south):
    member = world.member(north, "Petra Partner")
    mine = signed_in(Account.objects.get(pk=member.pk), NORTH)
    mine.post("/notices/", {"privacy": "on", "terms": "on"})
    thief = Client(HTTP_HOST=SOUTH)
    thief.cookies[settings.SESSION_COOKIE_NAME] = mine.cookies[settings.SESSION_COOKIE_NAME].value
    assert "You can sign now" not in thief.get("/sign-in/").content.decode()
    assert "You can sign now" in mine.get("/notices/").content.decode()


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_a_suspended_organisation_says_one_sentence(north, status):
    Organisation.objects.filter(pk=north.pk).update(status=status)
    answer = Browser().on(NORTH).get("/pairs/")
    assert answer.status_code == 503
    assert "switched off" in answer.content.decode()
    assert "Northmoor" not in answer.content.decode()


def test_cookies_are_for_one_host_alone(north):
    member, browser = world.member(north, "Petra Partner"), Browser()
    browser.sign_in(Account.objects.get(pk=member.pk))
    browser.follow(f"http://{NORTH}/enter/start/?next=/notices/")
    browser.on(NORTH).post("/language/", {"language": "fr"})
    for host in (NORTH, BASE):
        cookies = browser.on(host).cookies
        assert settings.SESSION_COOKIE_NAME in cookies
        for name, morsel in cookies.items():
            assert not morsel["domain"], name
            assert morsel["samesite"] == "Lax", name
            assert morsel["httponly"] or not morsel.value, name
    assert browser.on(NORTH).session[HOST] == NORTH
