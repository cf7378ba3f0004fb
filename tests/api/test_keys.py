"""A person's keys: they open what the person may open, where, how and how long the person said."""

from __future__ import annotations

import datetime as dt
import logging
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from rollout.accounts import actions as accounts
from rollout.accounts.models import Account, ApiToken, Tries
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import hashed
from rollout.organisations.models import Organisation
from tenants.members import actions as members
from tenants.members.models import Role
from tests import world, world_projects
from tests.racing import at_once
from tests.world import inside
from tests.world_api import BASE, bearer, token_of

NOBODY = b'{"code":"not_authenticated","detail":"Authentication credentials were not provided."}'
NO_KEY = b'{"code":"not_authenticated","detail":"This key does not work here."}'


@pytest.fixture
def petra(north):
    """A listed member."""
    return world.member(north, "Petra Partner", Role.SPONSOR)


def program(host: str = "north.localhost") -> Client:
    """A program without cookies, which sends no token against forged requests."""
    return Client(HTTP_HOST=host, enforce_csrf_checks=True)


def test_a_key_opens_what_its_person_may_open_and_nothing_else(north, petra):
    secret = token_of(petra, north, hats=("partner", "sponsor"))
    client = program()
    assert client.get(f"{BASE}me/", headers=bearer(secret)).json()["hats"] == ["partner", "sponsor"]
    assert client.get(f"{BASE}report/", headers={**bearer(secret), "capacity": "sponsor"}).status_code == 200
    assert client.get(f"{BASE}members/", headers={**bearer(secret), "capacity": "partner"}).status_code == 404
    assert client.patch(
        f"{BASE}me/", {"name": "P."}, content_type="application/json", headers=bearer(secret)
    ).json()["name"] == "P."  # fmt: skip
    assert not client.cookies


def test_a_key_is_for_what_it_was_made_for(north, petra):
    reader = bearer(token_of(petra, north, scopes=("read",)))
    client = program()
    assert client.get(f"{BASE}me/", headers=reader).status_code == 200
    answer = client.patch(f"{BASE}me/", {"name": "P."}, content_type="application/json", headers=reader)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    answer = client.get(f"{BASE}report/", headers={**reader, "capacity": "sponsor"})
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")


def test_every_key_that_does_not_work_gets_the_same_bytes(north, south, petra):
    good = token_of(petra, north)
    revoked, expired, closed = (token_of(petra, north) for _ in range(3))
    ApiToken.objects.filter(hash=hashed(revoked)).update(revoked_at=timezone.now())
    ApiToken.objects.filter(hash=hashed(expired)).update(expires_at=timezone.now())
    somebody = world.member(north, "Connie Closed")
    closed = token_of(somebody, north)
    Account.objects.filter(pk=somebody.pk).update(is_active=False)
    elsewhere = token_of(world.lead(south), south)
    bad = [revoked, expired, closed, elsewhere, "", " ", good[:-1], good + "x", good.upper(), "cp_", "x" * 5000,
           hashed(good), "' or 1=1"]  # fmt: skip
    answers = [program().get(f"{BASE}me/", headers=bearer(secret)) for secret in bad]
    answers += [program().get(f"{BASE}me/", headers={"Authorization": f"{kind} {good}"})
                for kind in ("Basic", "Token", "Bearer x")]  # fmt: skip
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, NO_KEY)}
    assert program("south.localhost").get(f"{BASE}me/", headers=bearer(good)).content == NO_KEY
    assert program().get(f"{BASE}me/", headers=bearer(good)).status_code == 200


def test_a_bad_key_is_nobody_even_in_a_signed_in_browser(north, petra, browser_of):
    client = browser_of(petra, north)
    assert client.get(f"{BASE}me/").status_code == 200
    assert client.get(f"{BASE}me/", headers=bearer("cp_wrong")).content == NO_KEY


def test_a_key_opens_no_page_and_makes_no_key(north, petra):
    headers = bearer(token_of(petra, north))
    for path in ("/pairs/", "/profile/", "/tokens/", f"{BASE}docs/"):
        answer = program().get(path, headers=headers)
        assert answer.status_code == 302 or "Petra" not in answer.content.decode()
    assert program().post("/tokens/", {}, headers=headers).status_code in (302, 403)


def test_an_office_that_ended_and_a_membership_that_ended_end_their_keys(north, petra):
    secret = bearer(token_of(petra, north, hats=("partner", "rollout_lead")))
    lead = {**secret, "capacity": "rollout_lead"}
    assert program().get(f"{BASE}members/", headers=lead).status_code == 404  # never held
    boss = world.lead(north)
    with inside(north, boss, Role.ROLLOUT_LEAD):
        members.end_membership(member=petra, by=boss)
    answer = program().get(f"{BASE}me/", headers=secret)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_table_keeps_a_fingerprint_and_the_last_use(north, petra):
    secret = token_of(petra, north)
    kept = ApiToken.objects.get()
    assert secret not in str(ApiToken.objects.values().get())
    assert kept.hash == hashed(secret)
    assert secret.startswith(kept.prefix)
    assert len(kept.prefix) == 9
    assert kept.last_used_at is None
    program().get(f"{BASE}me/", headers=bearer(secret))
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    program().get(f"{BASE}me/", headers=bearer(secret))
    assert ApiToken.objects.get().last_used_at == first  # to the minute


def test_no_log_line_holds_a_key_or_a_title(north, caplog):
    shop = world_projects.workshop(north, "Quittengelee")
    secret = token_of(shop.professional, north)
    with caplog.at_level(logging.DEBUG):
        client = program()
        for path in ("me/", "pairs/?limit=1&ordering=title", "nothing/", "decisions/?state=x"):
            client.get(f"{BASE}{path}", headers=bearer(secret))
        client.post(f"{BASE}pairs/", "{", content_type="application/json", headers=bearer(secret))
    lines = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert secret not in lines
    assert "Quittengelee" not in lines


# The page


def test_the_page_shows_a_new_key_once_and_takes_it_back(north, petra, browser_of):
    client = browser_of(petra, north)
    chosen = {"name": "My sheet", "scope": "read", "hats": ["partner", "sponsor"], "days": "30"}
    made = client.post("/tokens/", chosen)
    found = re.search(r'<code id="secret">(cp_[\w-]{43})</code>', made.content.decode())
    assert found
    assert "no-store" in made["Cache-Control"]
    assert program().get(f"{BASE}me/", headers=bearer(found[1])).status_code == 200
    page = client.get("/tokens/").content.decode()
    assert found[1] not in page
    assert found[1][:9] in page
    assert "My sheet" in page
    kept = ApiToken.objects.get()
    assert (kept.scopes, kept.hats) == (["read"], ["partner", "sponsor"])
    assert kept.expires_at - kept.made_at == dt.timedelta(days=30)
    assert client.get(f"/tokens/{kept.pk}/revoke/").status_code == 405
    assert client.post(f"/tokens/{kept.pk}/revoke/").status_code == 302
    assert program().get(f"{BASE}me/", headers=bearer(found[1])).content == NO_KEY
    assert client.post(f"/tokens/{kept.pk}/revoke/").status_code == 302
    assert "Taken back" in client.get("/tokens/").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Write what the key is for."),
        ({"scope": ""}, "Choose what the key may do."),
        ({"hats": []}, "Choose at least one hat."),
        ({"hats": ["rollout_lead"]}, "Choose hats from the list."),
        ({"days": "3650"}, "Choose a number of days from the list."),
    ],
)
def test_the_page_says_what_is_missing(north, petra, browser_of, changed, sentence):
    chosen = {"name": "My sheet", "scope": "read", "hats": ["partner"], "days": "30", **changed}
    answer = browser_of(petra, north).post("/tokens/", chosen)
    assert sentence in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_sees_or_takes_back_the_keys_of_others(north, south, petra, browser_of):
    token_of(petra, north)
    kept = ApiToken.objects.get()
    other = browser_of(world.member(north, "Ottilie Other"), north)
    assert kept.prefix not in other.get("/tokens/").content.decode()
    assert other.post(f"/tokens/{kept.pk}/revoke/").status_code == 404
    assert browser_of(None, north).post(f"/tokens/{kept.pk}/revoke/").status_code == 302
    assert ApiToken.objects.get().state == "good"
    mallory = Account.objects.for_address("mallory@example.org")
    with pytest.raises(NotPermitted):
        accounts.revoke_token(token=kept, by=mallory)
    with pytest.raises(NotPermitted):
        accounts.make_token(account=kept.account, organisation=north.pk, name="x", scopes=["read"], hats=["partner"],
                            days=7, second_factor=None, by=mallory)  # fmt: skip


def test_a_person_has_at_most_twenty_keys_that_work(north, petra, browser_of):
    for _ in range(20):
        token_of(petra, north)
    with pytest.raises(DomainError, match="too_many_tokens"):
        token_of(petra, north)
    chosen = {"name": "x", "scope": "read", "hats": ["partner"], "days": "7"}
    assert "twenty keys" in browser_of(petra, north).post("/tokens/", chosen).content.decode()
    ApiToken.objects.filter(pk=ApiToken.objects.first().pk).update(revoked_at=timezone.now())
    token_of(petra, north)


# How often


def limited(settings, **most):
    settings.API_LIMITS = {"person": 100, "token": 100, "stranger": 100, **most}


def statuses(headers, times, client=None):
    """The answers to so many requests, each as another process would give them: nothing is kept in memory."""
    found = []
    for _ in range(times):
        cache.clear()
        found.append((client or program()).get(f"{BASE}me/", headers=headers).status_code)
    return found


def test_one_key_has_a_measure_and_leaves_its_person_room(north, petra, settings):
    limited(settings, token=2)
    first, second = (bearer(token_of(petra, north)) for _ in range(2))
    assert statuses(first, 3) == [200, 200, 429]
    assert statuses(second, 2) == [200, 200]


def test_one_person_has_a_measure_whatever_keys_and_browsers(north, petra, browser_of, settings):
    limited(settings, person=2)
    first, second = (bearer(token_of(petra, north)) for _ in range(2))
    assert statuses(first, 2) == [200, 200]
    assert statuses(second, 1) == [429]
    assert statuses({}, 1, browser_of(petra, north)) == [429]
    assert statuses(bearer(token_of(world.member(north, "Ottilie Other"), north)), 1) == [200]


def test_one_stranger_has_a_measure_by_address(north, petra, settings):
    limited(settings, stranger=1)
    assert statuses({}, 2) == [401, 429]
    assert statuses({}, 1, Client(HTTP_HOST="north.localhost", REMOTE_ADDR="192.0.2.7")) == [401]
    assert statuses(bearer("cp_wrong"), 1) == [429]
    assert statuses(bearer(token_of(petra, north)), 1) == [200]


def test_too_many_say_when_to_come_back_and_are_let_in_then(north, petra, settings):
    limited(settings, token=1)
    secret = bearer(token_of(petra, north))
    assert statuses(secret, 1) == [200]
    answer = program().get(f"{BASE}me/", headers=secret)
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
    Tries.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert statuses(secret, 1) == [200]


def test_probing_what_is_hidden_counts_as_well(north, petra, settings):
    limited(settings, token=2)
    secret = bearer(token_of(petra, north))
    found = [program().get(f"{BASE}members/", headers=secret).status_code for _ in range(3)]
    assert found == [404, 404, 429]


def test_many_processes_at_once_count_as_one(committed, settings):
    """Each on connections of its own; counting by looking first and writing then lets more in."""
    limited(settings, token=10)
    organisation = Organisation.objects.get(slug="north")
    secret = bearer(token_of(world.member(organisation, "Petra Partner"), organisation))

    found = at_once(20, lambda _process: program().get(f"{BASE}me/", headers=secret).status_code)
    assert sorted(found) == [200] * 10 + [429] * 10
