"""Authenticator apps, recovery codes, and what they open."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator as Row
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.utils import timezone

from rollout.accounts.models import Session
from rollout.accounts.sessions import PROVED, SECOND_FACTOR
from rollout.audit.models import Event
from rollout.identity import actions, queries
from rollout.kernel.errors import DomainError
from tests import world
from tests.world_accounts import BASE, Browser, signed_in

pytestmark = pytest.mark.django_db
CODE = re.compile(r"<code>([B-Z2-9]{4}-[B-Z2-9]{4}-[B-Z2-9]{4})</code>")
HALF_MINUTE = 30


def app_code(key: str, shift: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // HALF_MINUTE + shift))


def key_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def with_app(account, client):
    """Add an app through the pages; its key and the recovery codes."""
    key = key_on(client.get("/factors/app/").content.decode())
    shown = client.post("/factors/app/", {"code": app_code(key, -1)})
    assert shown.status_code == 200, shown
    return key, CODE.findall(shown.content.decode())


def weak(client):
    """The session as it is after a code from an e-mail alone."""
    session = client.session
    session[SECOND_FACTOR] = None
    session.save()
    return client


def test_an_app_is_added_and_then_asked_for_at_sign_in():
    account = world.account("Ada")
    client = weak(signed_in(account))
    key, codes = with_app(account, client)
    assert len(codes) == 10
    assert client.session[SECOND_FACTOR]
    assert Session.objects.get(account=account).second_factor_at
    assert [event.action for event in Event.objects.all()] == ["account.factor_added"]
    assert mail.outbox[-1].subject == "Your second step was changed"
    browser = Browser()
    answer = browser.sign_in(account, own_device=True, next_path="/sessions/")
    assert answer["Location"] == "/sign-in/second-step/"
    other = browser.on(BASE)
    assert "_auth_user_id" not in other.session
    assert other.get("/sessions/").status_code == 302
    assert "not the right code" in other.post("/sign-in/second-step/", {"code": "000000"}).content.decode()
    answer = other.post("/sign-in/second-step/", {"code": app_code(key)})
    assert (answer.status_code, answer["Location"]) == (302, "/sessions/")
    row = Session.objects.get(pk=Session.objects.exclude(own_device=False).get().pk)
    assert row.second_factor_at
    assert row.expire_date - timezone.now() > timedelta(days=29)


def test_the_key_of_an_app_is_sealed_and_recovery_codes_are_hashes():
    account = world.account("Ada")
    key, codes = with_app(account, signed_in(account))
    kept = json.dumps(list(Row.objects.values_list("data", flat=True)))
    assert key not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_a_code_of_the_app_works_once():
    account = world.account("Ada")
    key, _codes = with_app(account, signed_in(account))
    assert actions.use_code(account=account, code=app_code(key)) == queries.TOTP
    for used in (app_code(key), app_code(key, -1)):
        with pytest.raises(DomainError, match="wrong_code"):
            actions.use_code(account=account, code=used)


def test_a_recovery_code_works_once_and_however_it_is_typed():
    account = world.account("Ada")
    _key, codes = with_app(account, signed_in(account))
    assert actions.use_code(account=account, code=f" {codes[0].lower().replace('-', ' ')} ") == queries.CODES
    with pytest.raises(DomainError, match="wrong_code"):
        actions.use_code(account=account, code=codes[0])
    assert queries.recovery_codes_left(account) == 9


def test_new_recovery_codes_end_the_old_ones():
    account = world.account("Ada")
    client = signed_in(account)
    _key, codes = with_app(account, client)
    fresh = CODE.findall(client.post("/factors/codes/").content.decode())
    assert len(fresh) == 10
    with pytest.raises(DomainError, match="wrong_code"):
        actions.use_code(account=account, code=codes[0])
    actions.use_code(account=account, code=fresh[0])


def test_without_a_factor_there_are_no_recovery_codes():
    client = signed_in(world.account("Ada"))
    assert client.post("/factors/codes/")["Location"] == "/factors/"
    assert not Row.objects.exists()


def test_removing_the_last_factor_makes_every_session_weak():
    account = world.account("Ada")
    client = signed_in(account)
    with_app(account, client)
    elsewhere = signed_in(account)
    factor = queries.factors_of(account)[0]
    assert "last one" in client.get(f"/factors/{factor.id}/remove/").content.decode()
    client.post(f"/factors/{factor.id}/remove/")
    assert not Row.objects.exists()
    assert client.session[SECOND_FACTOR] is None
    assert elsewhere.get("/sessions/").status_code == 302
    assert Event.objects.first().action == "account.factor_removed"


def test_somebody_else_s_factor_does_not_exist():
    ada, bea = world.account("Ada"), world.account("Bea")
    with_app(ada, signed_in(ada))
    factor = queries.factors_of(ada)[0].id
    other = signed_in(bea)
    for act in ("rename", "remove"):
        for method in (other.get, other.post):
            assert method(f"/factors/{factor}/{act}/").status_code == 404
            assert method(f"/factors/{factor + 1000}/{act}/").status_code == 404
    with pytest.raises(DomainError, match="gone"):
        actions.remove_factor(account=bea, factor=factor, keep=None, by=bea)
    with pytest.raises(DomainError, match="not_permitted"):
        actions.remove_factor(account=ada, factor=factor, keep=None, by=bea)


PAGES = ("/factors/app/", "/factors/passkey/", "/factors/codes/")


@pytest.mark.parametrize("path", PAGES)
def test_changing_factors_wants_a_fresh_proof(path):
    account = world.account("Ada")
    client = signed_in(account)
    session = client.session
    session[PROVED] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    asked = client.get(path)
    assert asked["Location"].startswith("/prove/?next=%2Ffactors")
    assert client.post(path).status_code == 302
    client.post("/prove/", {"send": "1", "next": path})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    assert mail.outbox[-1].to == [account.email]
    wrong = client.post("/prove/", {"code": "BBBB-BBBB", "next": path})
    assert "not the code" in wrong.content.decode()
    assert client.post("/prove/", {"code": code[0], "next": path})["Location"] == path
    assert client.get(path).status_code == 200
    assert client.post("/prove/", {"code": code[0], "next": path}).status_code == 200


def test_an_e_mailed_code_is_not_enough_for_who_has_a_factor():
    account = world.account("Ada")
    client = signed_in(account)
    key, _codes = with_app(account, client)
    session = client.session
    session[PROVED] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    sent = len(mail.outbox)
    assert client.get("/factors/passkey/")["Location"].startswith("/second-step/?next=")
    assert client.post("/prove/", {"send": "1"})["Location"] == "/second-step/"
    assert len(mail.outbox) == sent
    assert client.post("/second-step/", {"code": app_code(key), "next": "/factors/"})["Location"] == "/factors/"
    assert client.get("/factors/passkey/").status_code == 200


def test_trying_codes_is_slowed_down():
    account = world.account("Ada")
    client = signed_in(account)
    key, _codes = with_app(account, client)
    for _try in range(10):
        assert "not the right code" in client.post("/second-step/", {"code": "000000"}).content.decode()
    assert "tried too often" in client.post("/second-step/", {"code": app_code(key)}).content.decode()


@pytest.mark.parametrize("path", ["/factors/", "/second-step/", "/prove/", *PAGES])
def test_nobody_gets_in_without_signing_in(path):
    client = Browser().on(BASE)
    for method in (client.get, client.post):
        assert method(path)["Location"].startswith("/sign-in/")


def test_the_second_step_without_a_first_leads_to_the_start():
    client = Browser().on(BASE)
    assert client.get("/sign-in/second-step/")["Location"] == "/sign-in/?over=1"
    assert client.post("/sign-in/second-step/", {"code": "000000"})["Location"] == "/sign-in/?over=1"
