"""A table of what a sign-in service, or somebody between, may try. Nothing of it opens a session."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rollout.accounts.models import Account, EntryCode
from rollout.config.settings import base
from rollout.signon import actions, fetching, speaking
from rollout.signon.models import Connection, SignInService
from rollout.signon.refusing import Refused
from tests import world
from tests.rollout.signon.service import honest, public, rsa_key
from tests.world_accounts import BASE, Browser
from tests.world_signon import come_back, come_in, connect, set_off


@pytest.fixture
def petra(north, norths, service):
    """Somebody who is connected, so that an answer that is believed lets her in."""
    account = Account.objects.get(pk=world.member(north, "Petra Partner").pk)
    connect(Browser(), service, account.email)
    EntryCode.objects.all().delete()
    service.claims = {}
    return account


def is_refused(answer) -> bool:
    page = answer.content.decode()
    return answer.status_code == 400 and "did not tell us who you are" in page and not EntryCode.objects.exists()


def reason(caplog) -> str:
    lines = [record for record in caplog.records if record.name == "rollout.signon"]
    assert len(lines) == 1
    return str(lines[0].args[0])


NOW = int(time.time())
CLAIMS = {
    "another issuer": ({"iss": "https://evil.example"}, "other_issuer"),
    "an issuer with a slash more": ({"iss": "SLASH"}, "other_issuer"),
    "no issuer": ({"iss": None}, "not_believed"),
    "a token of another client": ({"aud": "another"}, "other_client"),
    "another client among two": ({"aud": ["another", "third"]}, "other_client"),
    "two clients and no party": ({"aud": ["pairs", "another"]}, "other_client"),
    "made for another party": ({"aud": ["pairs", "another"], "azp": "another"}, "other_client"),
    "made for another party alone": ({"azp": "another"}, "other_client"),
    "no client": ({"aud": None}, "not_believed"),
    "run out": ({"exp": NOW - 120}, "too_old"),
    "without an end": ({"exp": None}, "not_believed"),
    "made long ago": ({"iat": NOW - 3600}, "too_old"),
    "made in the future": ({"iat": NOW + 3600}, "not_believed"),
    "made at no time": ({"iat": None}, "not_believed"),
    "not before tomorrow": ({"nbf": NOW + 86400}, "not_believed"),
    "another nonce": ({"nonce": "of an earlier sign-in"}, "other_nonce"),
    "an empty nonce": ({"nonce": ""}, "other_nonce"),
    "a nonce that is a list": ({"nonce": ["x"]}, "other_nonce"),
    "no nonce": ({"nonce": None}, "not_believed"),
    "no subject": ({"sub": None}, "not_believed"),
    "an empty subject": ({"sub": ""}, "no_subject"),
    "an endless subject": ({"sub": "x" * 300}, "no_subject"),
    "an address that is not verified": ({"email_verified": False}, "address_not_verified"),
    "an address that says nothing of it": ({"email_verified": None}, "address_not_verified"),
    "an address verified in words": ({"email_verified": "true"}, "address_not_verified"),
    "an address verified by a number": ({"email_verified": 1}, "address_not_verified"),
    "no address": ({"email": None}, "address_not_verified"),
    "an address that is none": ({"email": "petra"}, "address_not_verified"),
    "two addresses": ({"email": ["a@example.org"]}, "address_not_verified"),
    "an address of another domain": ({"email": "petra@evil.example"}, "other_domain"),
    "a domain below": ({"email": "petra@sub.example.org"}, "other_domain"),
    "a domain that ends alike": ({"email": "petra@notexample.org"}, "other_domain"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_is_not_right_is_refused(service, petra, caplog, name):
    claims, why = CLAIMS[name]
    if claims.get("iss") == "SLASH":
        claims = {"iss": f"{service.issuer}/"}
    service.claims = {"email": petra.email, **claims}
    with caplog.at_level(logging.WARNING, "rollout.signon"):
        assert is_refused(come_in(Browser(), service, petra.email))
    assert reason(caplog) == why
    assert petra.email not in caplog.text


def bare(claims, header) -> str:
    """A token that nobody signed."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


def with_public_key_as_secret(claims) -> str:
    """Signed with what everybody knows, as if it were a secret."""
    head = bare(claims, {"alg": "HS256", "kid": "first"}).removesuffix(".")
    pem = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{head}.{base64.urlsafe_b64encode(hmac.digest(pem, head.encode(), 'sha256')).rstrip(b'=').decode()}"


def cut(claims) -> str:
    signed = honest(claims)
    return signed[:-6] + ("AAAAAA" if not signed.endswith("AAAAAA") else "BBBBBB")


def swapped(claims) -> str:
    """The signature of one answer under another."""
    head, _body, signature = honest(claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "person-2"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


SIGNED = {
    "nobody signed it": (lambda claims: bare(claims, {"alg": "none"}), "algorithm"),
    "nobody signed it, in capitals": (lambda claims: bare(claims, {"alg": "NONE", "kid": "first"}), "algorithm"),
    "nobody signed it, it says": (lambda claims: bare(claims, {"alg": "RS256", "kid": "first"}), "not_believed"),
    "no algorithm": (lambda claims: bare(claims, {"typ": "JWT"}), "algorithm"),
    "the public key as a secret": (with_public_key_as_secret, "algorithm"),
    "the client's secret": (lambda claims: honest(claims, key="x" * 40, algorithm="HS256"), "algorithm"),
    "an algorithm we do not take": (lambda claims: honest(claims, algorithm="RS512"), "algorithm"),
    "another key under the name": (lambda claims: honest(claims, key=rsa_key(1)), "not_believed"),
    "another key under no known name": (lambda claims: honest(claims, "mine", rsa_key(1)), "unknown_key"),
    "another kind of key": (
        lambda claims: honest(claims, key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
        "unknown_key",
    ),
    "a key it brings along": (
        lambda claims: honest(claims, "x", rsa_key(1), headers={"jwk": public(rsa_key(1), "x")}),
        "unknown_key",
    ),
    "a key it points to": (
        lambda claims: honest(claims, "x", rsa_key(1), headers={"jku": "https://evil.example/keys"}),
        "unknown_key",
    ),
    "something critical": (lambda claims: honest(claims, headers={"crit": ["exp"], "exp": 1}), "not_signed"),
    "a signature that was changed": (cut, "not_believed"),
    "claims that were changed": (swapped, "not_believed"),
    "no token": (lambda claims: "nothing", "not_signed"),
    "a number": (lambda claims: 7, "no_answer"),
    "nothing": (lambda claims: None, "no_answer"),
}


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_not_signed_as_it_should_is_refused(service, petra, caplog, name):
    service.sign, why = SIGNED[name]
    with caplog.at_level(logging.WARNING, "rollout.signon"):
        assert is_refused(come_in(Browser(), service, petra.email))
    assert reason(caplog) == why


def test_a_weak_key_is_no_key(service, petra, caplog):
    service.keys = [public(rsa_key(0, 1024), "weak")]
    service.sign = lambda claims: jwt.PyJWS().encode(
        json.dumps(claims).encode(), rsa_key(0, 1024), algorithm="RS256", headers={"kid": "weak"}
    )
    speaking.forget()
    with caplog.at_level(logging.WARNING, "rollout.signon"), pytest.warns(jwt.InsecureKeyLengthWarning):
        assert is_refused(come_in(Browser(), service, petra.email))
    assert reason(caplog) == "unknown_key"


# Keys that change


def test_a_new_key_is_looked_up_once_and_an_old_one_is_forgotten(service, petra):
    come_in(Browser(), service, petra.email)
    service.asked.clear()
    service.key_name, service.keys = "second", [public(rsa_key(1), "second")]
    service.sign = lambda claims: honest(claims, "second", rsa_key(1))
    assert come_in(Browser(), service, petra.email).status_code == 302
    assert service.asked.count("/keys") == 1
    service.asked.clear()
    EntryCode.objects.all().delete()
    service.sign = lambda claims: honest(claims, "first", rsa_key())
    assert is_refused(come_in(Browser(), service, petra.email))
    assert service.asked.count("/keys") == 1


def test_two_keys_under_one_name_are_none(service, petra):
    service.keys = [public(rsa_key(1), "first"), public(rsa_key(), "first")]
    speaking.forget()
    assert is_refused(come_in(Browser(), service, petra.email))


# State, and who comes back where


def test_a_way_back_works_once(service, petra):
    browser = Browser()
    back = service.visit(set_off(browser), petra.email)
    assert come_back(browser, back).status_code == 302
    EntryCode.objects.all().delete()
    assert is_refused(come_back(browser, back))


def test_another_browser_cannot_come_back_with_it(service, petra):
    mine, theirs = Browser(), Browser()
    back = service.visit(set_off(mine), petra.email)
    assert is_refused(come_back(theirs, back))
    set_off(theirs)
    assert is_refused(come_back(theirs, back))


@pytest.mark.parametrize("state", ["", "x", None])
def test_a_state_that_is_not_ours_is_refused(service, petra, state):
    browser = Browser()
    parts = urlsplit(service.visit(set_off(browser), petra.email))
    code = parse_qs(parts.query)["code"][0]
    more = "" if state is None else f"&state={state}"
    assert is_refused(come_back(browser, f"http://{BASE}{parts.path}?code={code}{more}"))


def test_a_signed_answer_of_an_earlier_sign_in_is_refused(service, petra, caplog):
    told = []
    service.sign = lambda claims: told.append(honest(claims)) or told[0]
    assert come_in(Browser(), service, petra.email).status_code == 302
    EntryCode.objects.all().delete()
    with caplog.at_level(logging.WARNING, "rollout.signon"):
        assert is_refused(come_in(Browser(), service, petra.email))
    assert reason(caplog) == "other_nonce"


def test_after_ten_minutes_the_way_back_is_closed(service, petra):
    browser = Browser()
    back = service.visit(set_off(browser), petra.email)
    session = browser.on(BASE).session
    session["_sign_on"]["until"] = "2020-01-01T00:00:00+00:00"
    session.save()
    assert is_refused(come_back(browser, back))


def test_whoever_set_off_to_one_service_does_not_come_back_from_another(service, petra, souths):
    browser = Browser()
    back = service.visit(set_off(browser), petra.email)
    assert is_refused(come_back(browser, back.replace("/with/north/", "/with/south/")))


@pytest.mark.parametrize("announced", [True, False])
def test_a_service_that_gives_another_name_is_refused(service, petra, announced):
    service.description = {"authorization_response_iss_parameter_supported": announced}
    speaking.forget()
    browser = Browser()
    back = service.visit(set_off(browser), petra.email)
    assert is_refused(come_back(browser, f"{back}&iss=https://evil.example"))
    back = service.visit(set_off(browser), petra.email)
    assert (come_back(browser, back).status_code == 400) is announced
    back = service.visit(set_off(browser), petra.email)
    assert come_back(browser, f"{back}&iss={service.issuer}").status_code == 302


def test_a_service_that_says_no_is_no(service, petra):
    browser = Browser()
    back = service.visit(set_off(browser), petra.email)
    assert is_refused(come_back(browser, f"{back}&error=access_denied"))


def test_a_code_without_our_verifier_is_worth_nothing(service, petra):
    """Somebody who stole a code on its way back cannot use it in a sign-in of their own."""
    victim, thief = Browser(), Browser()
    stolen = parse_qs(urlsplit(service.visit(set_off(victim), petra.email)).query)["code"][0]
    own = urlsplit(service.visit(set_off(thief), "mallory@example.org"))
    state = parse_qs(own.query)["state"][0]
    assert is_refused(come_back(thief, f"http://{BASE}{own.path}?code={stolen}&state={state}"))


# What it describes, and where it leads


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "https://evil.example/keys"},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"jwks_uri": "http://user@127.0.0.1/keys"},
        {"jwks_uri": "gopher://127.0.0.1/"},
    ],
)
def test_a_description_that_leads_elsewhere_is_refused(service, norths, said):
    service.description = said
    speaking.forget()
    browser = Browser()
    _url, page = browser.follow("http://north.localhost/enter/start/")
    door = page.context["next"]
    assert browser.on(BASE).get("/sign-in/with/north/", {"next": door}).status_code == 400


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "not_answered"),
        ((307, {"Location": "/keys"}, b""), "not_answered"),
        ((500, {}, b"{}"), "not_answered"),
        ((204, {}, b""), "not_answered"),
        ((200, {}, b"x" * 300_000), "too_much"),
        ((200, {}, b"<html>"), "not_json"),
        ((200, {}, b"[]"), "not_json"),
        ((200, {}, b"[" * 100_000), "not_json"),
        ((200, {}, b"\xff\xfe\x00"), "not_json"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_is_followed(service, norths, answer, why):
    path = "/.well-known/openid-configuration"
    service.answers[path] = answer
    service.asked.clear()
    speaking.forget()
    with pytest.raises(Refused, match=why):
        speaking.description_of(norths)
    assert service.asked == [path]


def test_a_service_that_takes_its_time_is_hung_up_on(service, norths, monkeypatch):
    monkeypatch.setattr(fetching, "STEP_SECONDS", 0.05)
    service.described = lambda: time.sleep(0.5) or {}
    speaking.forget()
    with pytest.raises(Refused, match="unreachable"):
        speaking.description_of(norths)


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_never_called(settings, monkeypatch, address):
    settings.SIGN_ON_PRIVATE_HOSTS = []
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_args, **_more: found)
    monkeypatch.setattr(fetching.socket, "create_connection", lambda *_args: pytest.fail("it was called"))
    with pytest.raises(Refused, match="private_address"):
        fetching.ask("https://login.example.org/keys", hosts=frozenset({"login.example.org"}))
    settings.SIGN_ON_PRIVATE_HOSTS = ["login.example.org"]
    assert fetching.public_address("login.example.org", 443) in {entry[4][0] for entry in found}


def test_public_addresses_are_public():
    assert all(map(fetching.is_public, ["93.184.216.34", "2606:2800:220:1::1"]))


def test_the_address_that_was_looked_at_is_the_one_that_is_called(settings, monkeypatch):
    settings.SIGN_ON_PRIVATE_HOSTS = []
    called = []
    found = iter([[(0, 0, 0, "", ("93.184.216.34", 443))], [(0, 0, 0, "", ("127.0.0.1", 443))]])
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_args, **_more: next(found))

    def call(where, *_args):
        called.append(where)
        raise OSError

    monkeypatch.setattr(fetching.socket, "create_connection", call)
    with pytest.raises(Refused, match="unreachable"):
        fetching.ask("https://login.example.org/", hosts=frozenset({"login.example.org"}))
    assert called == [("93.184.216.34", 443)]


def test_without_tls_nothing_is_asked_outside_tests(settings):
    settings.SIGN_ON_PLAIN_HTTP = False
    with pytest.raises(Refused, match="bad_address"):
        fetching.ask("http://127.0.0.1/", hosts=frozenset({"127.0.0.1"}))


def test_only_tests_speak_without_tls_or_to_this_machine():
    assert base.SIGN_ON_PLAIN_HTTP is False
    assert base.SIGN_ON_PRIVATE_HOSTS == []


def test_asking_again_and_again_is_slowed(service, norths):
    browser = Browser()
    _url, page = browser.follow("http://north.localhost/enter/start/")
    answers = [browser.on(BASE).get("/sign-in/with/north/", {"next": page.context["next"]}) for _try in range(61)]
    assert [answer.status_code for answer in answers] == [302] * 60 + [400]
    assert "tried too often" in answers[-1].content.decode()


def test_a_client_that_sends_its_secret_in_the_form(service, petra):
    service.description = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    speaking.forget()
    assert come_in(Browser(), service, petra.email).status_code == 302


def test_connections_are_one_per_person_and_name(service, petra, norths):
    other = world.account("Mallory")
    actions.connect(service=norths, subject="person-1", account=other, by=other)
    assert Connection.objects.get().account == other
    actions.connect(service=norths, subject="person-9", account=other, by=other)
    assert Connection.objects.get().subject == "person-9"
    assert SignInService.objects.count() == 1
