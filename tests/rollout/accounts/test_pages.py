"""Pages that leave no trace, notices, and language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from rollout.accounts import actions
from rollout.accounts.models import Acceptance, Account, Session
from rollout.accounts.queries import has_accepted
from rollout.accounts.sessions import hashed
from rollout.accounts.terms import terms_missing
from rollout.kernel.errors import NotPermitted
from tenants.audit.models import Event
from tests import world
from tests.world_accounts import BASE, Browser, signed_in

OPEN = ["/help/", "/worried/", "/privacy/", "/terms/", "/accessibility/", "/brand.css", "/health/live", "/health/ready"]
NORTH = "north.localhost"
LAW = "Hidden from your hierarchy in this system, not hidden from the law."


@pytest.fixture
def member(north):
    return world.member(north, "Petra Partner")


@pytest.mark.parametrize("path", OPEN)
def test_open_pages_ask_nobody_who_they_are(north, member, browser_of, path):
    known = browser_of(member, north)
    Session.objects.update(seen_at="2026-01-01T00:00:00Z")
    before = list(Session.objects.values())
    stranger = Browser().on(NORTH)
    with CaptureQueriesContext(connections["platform"]) as asked, CaptureQueriesContext(connections["default"]) as data:
        mine = known.get(path)
    theirs = stranger.get(path)
    assert mine.status_code == theirs.status_code == 200
    assert mine.content == theirs.content
    assert not mine.cookies
    assert not theirs.cookies
    assert "Cookie" not in mine.get("Vary", "")
    assert "accounts_" not in " ".join(query["sql"] for query in asked.captured_queries)
    assert not data.captured_queries
    assert list(Session.objects.values()) == before


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.django_db
def test_open_pages_are_on_the_sign_in_host_too(path):
    answer = Browser().on(BASE).get(path)
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize("path", OPEN[:6])
def test_open_pages_take_no_posts(north, browser_of, path):
    assert browser_of(None, north).post(path).status_code == 405


def test_an_open_page_is_written_in_no_log_and_no_audit(north, member, browser_of, caplog):
    with world.inside(north, member):
        before = Event.objects.count()
    browser_of(member, north).get("/worried/")
    with world.inside(north, member):
        assert Event.objects.count() == before
    assert [record for record in caplog.records if "worried" in record.getMessage()] == []


def test_worried_speaks_of_the_country_s_help(north, browser_of):
    page = browser_of(None, north).get("/worried/").content.decode()
    assert "999" in page
    assert "Freedom to Speak Up Guardian" in page
    type(north).objects.filter(pk=north.pk).update(country="FR")
    from rollout.organisations import hosts

    hosts.forget()
    page = browser_of(None, north).get("/worried/").content.decode()
    assert "3114" in page
    assert "999" not in page


def test_an_open_page_can_be_read_in_another_language_without_a_cookie(north, browser_of):
    answer = browser_of(None, north).get("/help/?language=fr")
    assert answer["Content-Language"] == "fr"
    assert '<html lang="fr">' in answer.content.decode()
    assert not answer.cookies
    assert browser_of(None, north).get("/help/?language=xx")["Content-Language"] == "en"


def test_every_page_leads_to_help(north, member, browser_of):
    for page in (browser_of(member, north).get("/notices/"), browser_of(None, north).get("/nothing/")):
        assert 'href="/help/"' in page.content.decode()
        assert 'href="/worried/"' in page.content.decode()


def test_the_organisation_s_colour(north, browser_of):
    answer = browser_of(None, north).get("/brand.css")
    assert answer["Content-Type"].startswith("text/css")
    assert answer["Cache-Control"] == "max-age=300"
    assert answer.content.decode() == f":root{{--brand:{north.brand_colour};--brand-text:#ffffff}}\n"


# The notices


def test_the_notices_are_accepted_once(north, member, browser_of):
    browser, account = browser_of(member, north), Account.objects.get(pk=member.pk)
    page = browser.get("/notices/?next=/pairs/").content.decode()
    assert LAW in page
    assert 'value="/pairs/"' in page
    answer = browser.post("/notices/", {"next": "/pairs/", "privacy": "on"})
    assert "Tick that you accept the terms of use." in answer.content.decode()
    assert not has_accepted(account.pk)
    answer = browser.post("/notices/", {"next": "/pairs/", "privacy": "on", "terms": "on"})
    assert answer["Location"] == "/pairs/"
    assert has_accepted(account.pk)
    browser.post("/notices/", {"next": "/pairs/", "privacy": "on", "terms": "on"})
    assert Acceptance.objects.filter(account=account).count() == 1
    assert "You accepted" in browser.get("/notices/").content.decode()


def test_a_new_version_is_asked_for_again(north, member, settings):
    account = Account.objects.get(pk=member.pk)
    actions.accept_terms(account=account, by=account)
    settings.TERMS_VERSION = "2027-01"
    assert not has_accepted(account.pk)


@pytest.mark.django_db
def test_the_session_that_asks_ends_on_its_own_page():
    account = world.account("Ada")
    here, elsewhere = signed_in(account), signed_in(account)
    mine, other = (hashed(client.cookies[settings.SESSION_COOKIE_NAME].value) for client in (here, elsewhere))
    assert here.post(f"/sessions/{mine}/end/")["Location"] == "/sign-out/"
    assert here.post(f"/sessions/{other}/end/")["Location"] == "/sessions/"
    assert here.get("/sessions/").status_code == 200
    assert elsewhere.get("/sessions/").status_code == 302


def test_nobody_accepts_for_another(north, member):
    account, other = Account.objects.get(pk=member.pk), world.account("Other")
    with pytest.raises(NotPermitted):
        actions.accept_terms(account=account, by=other)
    with pytest.raises(NotPermitted):
        actions.choose_language(account=account, language="fr", by=other)
    with pytest.raises(NotPermitted):
        actions.end_other_sessions(account=account, keep=None, by=other)


def test_the_notices_are_for_who_is_signed_in(north, browser_of):
    assert browser_of(None, north).get("/notices/?next=/pairs/")["Location"].startswith("/enter/start/?next=%2Fnotices")
    assert Browser().on(BASE).get("/notices/")["Location"] == "/sign-in/?next=%2Fnotices%2F"


def asked(account, method: str = "post", path: str = "/pairs/1/sign/", **headers):
    request = getattr(RequestFactory(), method)(path, HTTP_HOST=NORTH, headers=headers)
    request.user = account
    return terms_missing(request)


def test_a_first_key_waits_for_the_notices(north, member):
    account = Account.objects.get(pk=member.pk)
    came_from = asked(account, referer=f"http://{NORTH}/pairs/1/?tab=2")
    assert came_from["Location"] == "/notices/?next=%2Fpairs%2F1%2F%3Ftab%3D2"
    assert asked(account)["Location"] == "/notices/?next=%2F"
    assert asked(account, referer="http://evil.example/pairs/")["Location"] == "/notices/?next=%2F"
    assert asked(account, "get")["Location"] == "/notices/?next=%2Fpairs%2F1%2Fsign%2F"
    actions.accept_terms(account=account, by=account)
    assert asked(account) is None


# Language


def test_a_language_is_kept_in_the_profile_and_in_the_browser(north, member, browser_of):
    browser = browser_of(member, north)
    answer = browser.post("/language/", {"language": "fr", "next": "/notices/"})
    assert answer["Location"] == "/notices/"
    assert Account.objects.get(pk=member.pk).language == "fr"
    assert '<html lang="fr">' in browser.get("/notices/").content.decode()
    assert '<html lang="fr">' in browser.get("/help/").content.decode()


def test_before_signing_in_a_cookie_keeps_the_language(north, browser_of):
    browser = browser_of(None, north)
    browser.post("/language/", {"language": "fr", "next": "/help/"})
    assert browser.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
    assert '<html lang="fr">' in browser.get("/nothing/").content.decode()


def test_a_language_that_does_not_exist_changes_nothing(north, member, browser_of):
    browser = browser_of(member, north)
    assert browser.post("/language/", {"language": "xx", "next": "/"}).status_code == 302
    assert Account.objects.get(pk=member.pk).language == ""
    assert settings.LANGUAGE_COOKIE_NAME not in browser.cookies


@pytest.mark.django_db
def test_the_landing_page_says_what_this_is():
    page = Browser().on(BASE).get("/").content.decode()
    assert "as equals" in page
    assert 'href="/sign-in/"' in page


def test_the_landing_page_leads_to_an_organisation(north):
    client = signed_in(world.account("Ada"))
    for typed in ("north", "NORTH", "north.localhost", "http://north.localhost:8000/pairs/", " north.localhost. "):
        assert client.get("/", {"address": typed})["Location"] == f"http://{NORTH}/", typed
    for typed in ("evil.example", "nowhere", "//evil.example", "north.localhost@evil.example", "\x00"):
        answer = client.get("/", {"address": typed})
        assert answer.status_code == 200, typed
        assert (
            "We do not know this address" in answer.content.decode()
            or "a sign that cannot be kept" in answer.content.decode()
        )
    assert "operator" not in client.get("/").content.decode().lower()


def test_messages_are_read_by_their_own_page(north, member, browser_of):
    browser = browser_of(member, north)
    answer = browser.post("/notices/", {"next": "/help/", "privacy": "on", "terms": "on"})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Thank you. You can sign now."]
    browser.get("/help/")
    assert "Thank you. You can sign now." in browser.get("/notices/").content.decode()
