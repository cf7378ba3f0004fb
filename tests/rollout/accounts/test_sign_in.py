"""Signing in with an e-mailed code."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from rollout.accounts.adapter import AnswerThenMail
from rollout.accounts.models import Account, Session
from tests import world
from tests.world_accounts import BASE, Browser, ask_for_code, newest_code

pytestmark = pytest.mark.django_db


def fresh() -> Client:
    return Client(HTTP_HOST=BASE, headers={"accept-language": "en"})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_signs_in_once():
    account, browser = world.account("Ada"), Browser()
    answer = browser.sign_in(account, next_path="/sessions/")
    assert (answer.status_code, answer["Location"]) == (302, "/sessions/")
    assert is_signed_in(browser.on(BASE))
    row = Session.objects.get(account=account)
    assert (row.host, row.parent, row.own_device) == (BASE, "", False)
    assert row.session_key != browser.on(BASE).cookies[settings.SESSION_COOKIE_NAME].value
    assert timedelta(hours=11) < row.expire_date - timezone.now() <= timedelta(hours=12)


def test_own_device_stays_for_thirty_days():
    account, browser = world.account("Ada"), Browser()
    browser.sign_in(account, own_device=True)
    row = Session.objects.get(account=account)
    assert row.own_device
    assert timedelta(days=29) < row.expire_date - timezone.now() <= timedelta(days=30)


def test_signing_in_gives_the_browser_a_new_key():
    account, client = world.account("Ada"), fresh()
    ask_for_code(client, account.email)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/sign-in/code/", {"code": newest_code()})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert Session.objects.count() == 1


def test_an_unknown_address_gets_the_same_answer():
    Account.objects.for_address("known@example.org")
    closed = Account.objects.for_address("close@example.org")
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    seen = []
    for address in ("known@example.org", "nobod@example.org", "close@example.org"):
        client = fresh()
        asked = ask_for_code(client, address, "/sessions/")
        shown = client.get(asked["Location"])
        wrong = client.post("/sign-in/code/", {"code": "BBBB-BBBB"})
        seen.append(
            [(a.status_code, a.get("Location", ""), a.content.decode().replace(address, "ADDRESS")) for a in (asked,)]
            + [(a.status_code, len(a.content), sorted(a.headers)) for a in (shown, wrong)]
        )
    assert seen[0] == seen[1] == seen[2]
    assert [message.to for message in mail.outbox] == [["known@example.org"]]


def test_the_letter_is_made_after_the_answer(monkeypatch):
    close = AnswerThenMail.close
    monkeypatch.setattr(AnswerThenMail, "close", lambda answer: None)
    answer = ask_for_code(fresh(), world.account("Ada").email)
    assert mail.outbox == []
    close(answer)
    assert len(mail.outbox) == 1


def test_the_address_is_one_whatever_its_spelling():
    account, client = Account.objects.for_address("Ada@Example.org"), fresh()
    ask_for_code(client, "  ＡDA@example.ORG ")
    assert mail.outbox[-1].to == [account.email] == ["ada@example.org"]


def test_a_code_of_another_browser_is_worth_nothing():
    account, mine, theirs = world.account("Ada"), fresh(), fresh()
    ask_for_code(mine, account.email)
    code = newest_code()
    assert theirs.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/?over=1"
    ask_for_code(theirs, "somebody.else@example.org")
    theirs.post("/sign-in/code/", {"code": code})
    assert not is_signed_in(theirs)


def test_five_wrong_tries_end_the_code():
    account, client = world.account("Ada"), fresh()
    ask_for_code(client, account.email)
    code = newest_code()
    answers = [client.post("/sign-in/code/", {"code": "BBBB-BBBB", "next": "/sessions/"}) for _try in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 302]
    assert "not the code" in answers[0].content.decode()
    over = client.get(answers[-1]["Location"])
    assert "does not work any more" in over.content.decode()
    assert 'value="/sessions/"' in over.content.decode()
    client.post("/sign-in/code/", {"code": code})
    assert not is_signed_in(client)


def test_a_code_ends_after_ten_minutes(monkeypatch):
    account, client = world.account("Ada"), fresh()
    ask_for_code(client, account.email)
    later = time.time() + 11 * 60
    monkeypatch.setattr("time.time", lambda: later)
    assert client.post("/sign-in/code/", {"code": newest_code()})["Location"] == "/sign-in/?over=1"
    assert not is_signed_in(client)


def test_a_used_code_and_an_empty_one_have_a_sentence():
    account, client = world.account("Ada"), fresh()
    ask_for_code(client, account.email)
    assert "Type the code from the e-mail" in client.post("/sign-in/code/", {"code": ""}).content.decode()
    code, other = newest_code(), fresh()
    client.post("/sign-in/code/", {"code": code})
    client.post("/sign-out/")
    assert client.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/?over=1"
    assert not is_signed_in(other)


def test_asking_too_often_is_slowed_for_known_and_unknown():
    Account.objects.for_address("known@example.org")
    for address in ("known@example.org", "nobod@example.org"):
        answers = [ask_for_code(fresh(), address) for _try in range(6)]
        assert [a.status_code for a in answers] == [302] * 5 + [429]
        assert "tried too often" in answers[-1].content.decode()


def test_a_mistyped_address_says_what_is_wrong():
    page = ask_for_code(fresh(), "not an address").content.decode()
    assert "like name@example.org" in page
    assert 'value="not an address"' in page
    assert "Type your e-mail address" in ask_for_code(fresh(), "").content.decode()


def test_a_mail_server_that_is_away_ends_nothing(monkeypatch):
    def away(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.send_mail", away)
    assert ask_for_code(fresh(), world.account("Ada").email).status_code == 302


def test_the_letter_speaks_the_page_s_language():
    client = fresh()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    ask_for_code(client, world.account("Ada").email)
    assert 'lang="fr"' in mail.outbox[-1].alternatives[0][0]


def test_no_password_is_asked_for_or_kept():
    account = world.account("Ada")
    assert not account.has_usable_password()
    assert 'type="password"' not in fresh().get("/sign-in/").content.decode()


@pytest.mark.parametrize("path", ["/accounts/signup/", "/sign-up/", "/signup/", "/accounts/login/", "/password/reset/"])
def test_nobody_signs_up_by_themselves(path):
    assert fresh().get(path).status_code == 404


def test_who_is_signed_in_is_sent_on():
    browser = Browser()
    browser.sign_in(world.account("Ada"))
    assert browser.on(BASE).get("/sign-in/?next=/sessions/")["Location"] == "/sessions/"
    assert browser.on(BASE).get("/sign-in/code/?next=//evil.example")["Location"] == "/"
