"""Passkeys: the ceremony with an honest authenticator, and with dishonest ones."""

from __future__ import annotations

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator as Row

from rollout.accounts.sessions import SECOND_FACTOR
from rollout.identity import queries
from tests import world
from tests.rollout.identity.authenticator import Authenticator
from tests.world_accounts import BASE, Browser, signed_in

pytestmark = pytest.mark.django_db


def options_on(answer):
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', answer.content.decode())
    assert found
    return json.loads(html.unescape(found[1]))


def make(client, authenticator, name="My phone"):
    options = options_on(client.get("/factors/passkey/"))
    return client.post("/factors/passkey/", {"name": name, "credential": json.dumps(authenticator.make(options))})


def use(client, authenticator, path="/second-step/"):
    return client.post(path, {"credential": json.dumps(authenticator.use(options_on(client.get(path))))})


def test_a_passkey_is_made_listed_renamed_and_used_at_sign_in():
    account, authenticator = world.account("Ada"), Authenticator()
    client = signed_in(account)
    assert "Your recovery codes" in make(client, authenticator).content.decode()
    factor = queries.factors_of(account)[0]
    assert "My phone" in client.get("/factors/").content.decode()
    client.post(f"/factors/{factor.id}/rename/", {"name": "Old phone"})
    assert queries.factors_of(account)[0].name == "Old phone"
    browser = Browser()
    assert browser.sign_in(account, next_path="/sessions/")["Location"] == "/sign-in/second-step/"
    assert use(browser.on(BASE), authenticator, "/sign-in/second-step/")["Location"] == "/sessions/"
    assert browser.on(BASE).session[SECOND_FACTOR]
    assert Row.objects.get(pk=factor.id).data["count"] == 1


@pytest.mark.parametrize("flaw", [{"origin": "http://evil.localhost"}, {"origin": "https://localhost"},
                                  {"party": "evil.example"}, {"verified": False}])  # fmt: skip
def test_a_passkey_for_somewhere_else_or_for_nobody_certain_is_not_made(flaw):
    account = world.account("Ada")
    assert "did not work" in make(signed_in(account), Authenticator(**flaw)).content.decode()
    assert queries.factors_of(account) == []


@pytest.mark.parametrize("flaw", [{"origin": "http://evil.localhost"}, {"party": "evil.example"},
                                  {"verified": False}, {"count": -1}, {"credential": b"x" * 32}])  # fmt: skip
def test_a_flawed_use_is_refused(flaw):
    account, authenticator = world.account("Ada"), Authenticator()
    client = signed_in(account)
    make(client, authenticator)
    assert use(client, authenticator).status_code == 302
    for name, value in flaw.items():
        setattr(authenticator, name, value)
    assert "did not work" in use(client, authenticator).content.decode()


def test_another_person_s_passkey_and_another_key_are_refused():
    ada, bea, mine, theirs = world.account("Ada"), world.account("Bea"), Authenticator(), Authenticator()
    client, other = signed_in(ada), signed_in(bea)
    make(client, mine)
    make(other, theirs)
    assert "did not work" in use(client, theirs).content.decode()
    theirs.credential = mine.credential
    assert "did not work" in use(client, theirs).content.decode()


def test_an_answer_works_once():
    account, authenticator = world.account("Ada"), Authenticator()
    client = signed_in(account)
    make(client, authenticator)
    answer = {"credential": json.dumps(authenticator.use(options_on(client.get("/second-step/"))))}
    assert client.post("/second-step/", answer).status_code == 302
    assert "did not work" in client.post("/second-step/", answer).content.decode()


def test_an_answer_to_another_question_is_refused():
    account, authenticator = world.account("Ada"), Authenticator()
    client = signed_in(account)
    make(client, authenticator)
    older = options_on(client.get("/second-step/"))
    client.get("/second-step/")
    answer = client.post("/second-step/", {"credential": json.dumps(authenticator.use(older))})
    assert "did not work" in answer.content.decode()


@pytest.mark.parametrize("said", ["", "null", "[]", "{}", '"x"', '{"rawId": 1}', '{"id": "x", "response": {}}', "{"])
def test_nonsense_is_answered_with_a_sentence(said):
    account, authenticator = world.account("Ada"), Authenticator()
    client = signed_in(account)
    make(client, authenticator)
    for path in ("/second-step/", "/factors/passkey/"):
        answer = client.post(path, {"credential": said, "name": "x"})
        assert answer.status_code == 200
        assert re.search("did not work|did not make", answer.content.decode())


def test_the_name_of_a_passkey_is_wanted():
    client = signed_in(world.account("Ada"))
    assert "Give the passkey a name" in make(client, Authenticator(), name="").content.decode()
