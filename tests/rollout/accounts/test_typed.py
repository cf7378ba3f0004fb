"""A session that ends while somebody types loses nothing: the text is kept sealed, for its writer alone."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rollout.accounts import typed
from rollout.accounts.models import Account, KeptForm, Session
from rollout.accounts.sessions import HOST, SECOND_FACTOR, hashed
from rollout.leaving import clearing
from tests import world
from tests.crawl import masked
from tests.world_pairs import text_of

TEXT = "What we would like to try on the ward, in so many words."


class Browser(Client):
    """A browser that is held to the rules about forms from elsewhere, on one host."""

    def __init__(self, organisation, **kwargs):
        self.host = f"{organisation.slug}.localhost"
        super().__init__(enforce_csrf_checks=True, HTTP_HOST=self.host, headers={"accept-language": "en"}, **kwargs)

    def sign_in(self, who):
        self.force_login(Account.objects.get(pk=who.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
        session = self.session
        session[HOST] = self.host
        session[SECOND_FACTOR] = timezone.now().isoformat()
        session.save()
        self.cookies.pop(settings.CSRF_COOKIE_NAME, None)  # as signing in makes a new one

    def token(self, path):
        answer = self.get(path)
        assert answer.status_code == 200
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[1]

    def end_session(self):
        """The session ends elsewhere: its row is gone, the browser does not know."""
        Session.objects.filter(session_key=hashed(self.cookies["sessionid"].value)).delete()

    def interrupted(self, path, data=None, **more):
        """Open a form, lose the session, send the form."""
        token = self.token(path)
        self.end_session()
        return self.post(path, {"csrfmiddlewaretoken": token, **(data or {"title": "Trial", "text": TEXT})}, **more)

    def choose(self, choice):
        return self.post(typed.OFFER, {"csrfmiddlewaretoken": self.token(typed.OFFER), "choice": choice})


@pytest.fixture
def pair(north):
    return world.hidden_pair(north)


@pytest.fixture
def path(pair):
    return f"/pairs/{pair[0]}/decisions/new/"


@pytest.fixture
def writer(north, pair):
    browser = Browser(north)
    browser.sign_in(pair[1])
    return browser


def waits(browser):
    answer = browser.get(typed.OFFER)
    assert answer.status_code == 200
    return TEXT in text_of(answer)


def test_it_is_offered_after_signing_in_again_and_taken_up_on_its_own_page(north, pair, path, writer):
    answer = writer.interrupted(path)
    assert (answer.status_code, answer["Location"]) == (302, "/enter/start/?next=%2Ftyped%2F")
    cookie = answer.cookies[typed.KEY_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (True, "Lax", 1800, "/")
    assert writer.get(typed.OFFER).status_code == 302
    writer.sign_in(pair[1])
    shown = text_of(writer.get(typed.OFFER))
    assert TEXT in shown
    assert "You were typing when your session ended" in shown
    assert "Codes and other secrets are not kept" in shown
    with world.inside(north, pair[1]):
        assert world.sql("SELECT count(*) FROM projects_decision") == [(0,)]

    answer = writer.choose("again")
    assert (answer.status_code, answer["Location"]) == (302, path)
    for _look in range(2):  # to look changes nothing, also a second time
        page = writer.get(path).content.decode()
        assert TEXT in page
        assert 'value="Trial"' in page
    with world.inside(north, pair[1]):
        assert world.sql("SELECT count(*) FROM projects_decision") == [(0,)]
    answer = writer.post(path, {"csrfmiddlewaretoken": writer.token(path), "title": "Trial", "text": TEXT})
    assert answer.status_code == 302
    assert TEXT not in writer.get(path).content.decode()
    assert not KeptForm.objects.exists()
    with world.inside(north, pair[1]):
        assert world.sql("SELECT text FROM projects_decision") == [(TEXT,)]


def test_what_was_sent_with_a_mistake_stays_until_it_is_sent_well(pair, path, writer):
    writer.interrupted(path)
    writer.sign_in(pair[1])
    writer.choose("again")
    answer = writer.post(path, {"csrfmiddlewaretoken": writer.token(path), "title": "", "text": TEXT})
    assert answer.status_code == 200
    assert TEXT in writer.get(path).content.decode()


def test_it_shows_on_no_other_page(pair, path, writer):
    writer.interrupted(path)
    writer.sign_in(pair[1])
    writer.choose("again")
    assert TEXT not in writer.get(f"/pairs/{pair[0]}/shared-task/write/").content.decode()


def test_it_is_offered_once(pair, path, writer):
    writer.interrupted(path)
    writer.sign_in(pair[1])
    token = writer.token(typed.OFFER)
    for where in (path, typed.OFFER):
        answer = writer.post(typed.OFFER, {"csrfmiddlewaretoken": token, "choice": "again"})
        assert answer["Location"] == where
    assert not waits(writer)


def test_it_can_be_thrown_away(pair, path, writer):
    writer.interrupted(path)
    writer.sign_in(pair[1])
    answer = writer.choose("away")
    assert answer["Location"] == "/"
    assert not KeptForm.objects.exists()
    assert not waits(writer)
    assert TEXT not in writer.get(path).content.decode()


def nothing(organisation, who):
    """What the page says where there never was anything."""
    browser = Browser(organisation)
    browser.sign_in(who)
    return masked(browser.get(typed.OFFER).content)


@pytest.mark.parametrize("taken", [False, True])
def test_for_another_account_in_the_same_browser_it_does_not_exist(north, pair, path, writer, taken):
    writer.interrupted(path)
    if taken:
        writer.sign_in(pair[1])
        writer.choose("again")
    writer.sign_in(pair[2])
    assert masked(writer.get(typed.OFFER).content) == nothing(north, pair[2])
    assert writer.choose("again")["Location"] == typed.OFFER
    assert writer.choose("away")["Location"] == typed.OFFER
    assert TEXT not in writer.get(path).content.decode()
    assert KeptForm.objects.count() == 1


def test_the_account_is_part_of_the_seal(north, pair, path, writer):
    """Whoever can write into the table and holds the browser still opens nothing under another account."""
    writer.interrupted(path)
    writer.sign_in(pair[2])
    mark = typed.salted_hmac("rollout.typed.whose", f"{pair[2].pk}|{north.pk}", algorithm="sha256").hexdigest()
    assert KeptForm.objects.update(whose=mark) == 1
    assert not waits(writer)


def test_in_another_browser_it_does_not_exist(north, pair, path, writer):
    writer.interrupted(path)
    other = Browser(north)
    other.sign_in(pair[1])
    assert not waits(other)
    writer.sign_in(pair[1])  # the control
    assert waits(writer)


def test_in_another_organisation_it_does_not_exist(north, south, pair, path, writer):
    writer.interrupted(path)
    there = Browser(south)
    who = world.lead(south)
    there.sign_in(who)
    there.cookies[typed.KEY_COOKIE] = writer.cookies[typed.KEY_COOKIE].value
    assert not waits(there)
    with world.inside(south, who):
        assert not world.sql("SELECT 1 FROM members_member WHERE id = %s", pair[1].pk)
    same = typed.salted_hmac("rollout.typed.whose", f"{pair[1].pk}|{south.pk}", algorithm="sha256").hexdigest()
    assert KeptForm.objects.get().whose != same


def test_after_half_an_hour_it_does_not_exist_and_is_removed(pair, path, writer):
    writer.interrupted(path)
    row = KeptForm.objects.get()
    assert timedelta(minutes=29) < row.expires_at - timezone.now() <= timedelta(minutes=30)
    KeptForm.objects.update(expires_at=timezone.now())
    writer.sign_in(pair[1])
    assert not waits(writer)
    KeptForm.objects.create(hash="later", whose="w", sealed=b"s", expires_at=timezone.now() + timedelta(minutes=1))
    assert clearing.typed() == 1
    assert KeptForm.objects.get().hash == "later"


def test_a_browser_keeps_only_the_last(pair, path, writer):
    writer.interrupted(path, {"title": "First", "text": "First"})
    writer.sign_in(pair[1])
    writer.interrupted(path)
    assert KeptForm.objects.count() == 1
    writer.sign_in(pair[1])
    assert waits(writer)


def test_the_table_alone_opens_nothing(pair, path, writer):
    writer.interrupted(path)
    row, key = KeptForm.objects.get(), writer.cookies[typed.KEY_COOKIE].value
    stored = bytes(row.sealed)
    assert TEXT.encode() not in stored
    assert key not in (row.hash, row.whose)
    assert str(pair[1].pk) not in f"{row.hash}{row.whose}"
    account = Account.objects.get(pk=pair[1].pk)
    guesses = [settings.SECRET_KEY, row.hash, row.whose, str(account.pk), str(account.email), ""]
    for guess in guesses:
        for form in (hashlib.sha256(guess.encode()).digest(), guess.encode()[:32].ljust(32, b"\0")):
            with pytest.raises(InvalidTag):
                AESGCM(form).decrypt(stored[:12], stored[12:], row.whose.encode())
    opened = AESGCM(base64.urlsafe_b64decode(key)).decrypt(stored[:12], stored[12:], row.whose.encode())
    assert TEXT.encode() in opened  # the control: with the browser's key it opens


def test_files_and_secrets_are_not_kept_and_that_is_said(pair, path, writer):
    sent = {
        "title": "Trial", "text": TEXT, "code": "123456", "new_password": "swordfish", "pin": "9999",
        "sheet": SimpleUploadedFile("sheet.csv", b"the content of the file"),
    }  # fmt: skip
    writer.interrupted(path, sent)
    row, key = KeptForm.objects.get(), base64.urlsafe_b64decode(writer.cookies[typed.KEY_COOKIE].value)
    opened = AESGCM(key).decrypt(bytes(row.sealed)[:12], bytes(row.sealed)[12:], row.whose.encode()).decode()
    for secret in ("123456", "swordfish", "9999", "the content of the file", "csrfmiddlewaretoken"):
        assert secret not in opened
    writer.sign_in(pair[1])
    assert "Files are not kept. Choose your file again." in text_of(writer.get(typed.OFFER))


def test_more_than_a_million_bytes_are_not_kept(path, writer):
    answer = writer.interrupted(path, {"title": "Trial", "text": "x" * 1_000_001})
    assert typed.KEY_COOKIE not in answer.cookies
    assert not KeptForm.objects.exists()


def test_the_session_of_an_office_that_was_away_too_long_loses_nothing_either(north):
    lead = world.lead(north)
    browser = Browser(north)
    browser.sign_in(lead)
    token = browser.token("/people/invite/")
    Session.objects.update(office=True, seen_at=timezone.now() - timedelta(minutes=31))
    sent = {"csrfmiddlewaretoken": token, "name": "Nina New", "email": "nina@example.net"}
    assert browser.post("/people/invite/", sent)["Location"].endswith("next=%2Ftyped%2F")
    browser.sign_in(lead)
    assert "Nina New" in text_of(browser.get(typed.OFFER))
    with world.inside(north, lead, "rollout_lead"):
        assert world.sql("SELECT 1 FROM members_invitation WHERE email = 'nina@example.net'") == []


def test_a_form_of_a_session_before_this_one_is_offered_at_once_to_the_same_person(pair, path, writer):
    """Signed in again in another tab: the old form fails its check, and leads to the offer."""
    token = writer.token(path)
    writer.end_session()
    writer.sign_in(pair[1])
    writer.token(path)
    answer = writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT})
    assert (answer.status_code, answer["Location"]) == (302, typed.OFFER)
    assert waits(writer)


def test_a_form_that_somebody_else_read_is_kept_for_nobody_who_came_after(pair, path, writer):
    token = writer.token(path)
    writer.end_session()
    writer.sign_in(pair[2])
    writer.token(path)
    answer = writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT})
    assert answer.status_code == 403
    writer.end_session()  # now nobody is signed in: it is kept for the one who read it, not for the last one
    assert writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT}).status_code == 302
    writer.sign_in(pair[2])
    assert not waits(writer)
    writer.sign_in(pair[1])
    assert waits(writer)


def test_an_ended_session_whose_check_fails_leads_to_the_offer(pair, path, writer):
    token = writer.token(path)
    writer.end_session()
    writer.cookies.pop(settings.CSRF_COOKIE_NAME)
    answer = writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT})
    assert answer["Location"].endswith("next=%2Ftyped%2F")
    writer.sign_in(pair[1])
    assert waits(writer)


@pytest.mark.parametrize("origin", ["null", "https://elsewhere.example", "http://south.localhost"])
def test_nothing_that_comes_from_another_place_is_kept(path, writer, origin):
    writer.interrupted(path, headers={"origin": origin})
    assert not KeptForm.objects.exists()


def test_nothing_is_kept_of_a_form_that_nobody_here_read(north, pair, path):
    stranger = Browser(north)
    stranger.get("/help/")
    stranger.post(path, {"csrfmiddlewaretoken": "a" * 64, "title": "Trial", "text": TEXT})
    assert not KeptForm.objects.exists()


def test_whoever_signs_out_on_purpose_leaves_nothing_behind(path, writer):
    token = writer.token(path)
    assert writer.post("/sign-out/", {"csrfmiddlewaretoken": token}).status_code == 200
    writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT})
    assert not KeptForm.objects.exists()


def test_the_note_of_who_read_cannot_be_forged(path, writer):
    token = writer.token(path)
    writer.end_session()
    writer.cookies[typed.WRITER_COOKIE] = "W10:" + writer.cookies[typed.WRITER_COOKIE].value
    writer.post(path, {"csrfmiddlewaretoken": token, "title": "Trial", "text": TEXT})
    assert not KeptForm.objects.exists()


def test_a_page_costs_nothing_more_where_nothing_waits(path, writer):
    writer.get(path)

    with CaptureQueriesContext(connections["platform"]) as asked:
        writer.get(path)
    assert not [query for query in asked.captured_queries if "keptform" in query["sql"]]
