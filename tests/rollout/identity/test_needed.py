"""Who needs a second factor, and how far they come without one."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from rollout.accounts.models import Account, ApiToken, Session
from rollout.accounts.sessions import SECOND_FACTOR
from rollout.audit.models import Event
from rollout.identity import actions
from rollout.identity.queries import factors_of
from rollout.kernel.errors import NotPermitted
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tenants.audit.models import Event as Recorded
from tenants.members import rules
from tenants.members.models import Role
from tests import world
from tests.rollout.identity.test_factors import app_code, key_on, weak, with_app
from tests.world_accounts import BASE, Browser, operator, signed_in
from tests.world_api import bearer, token_of

NORTH = "north.localhost"
STRONG = (Role.SPONSOR, Role.BOARD_MEMBER, Role.BOARD_SECRETARY, Role.FINANCE, Role.ROLLOUT_LEAD, Role.PROVIDER_LEAD)


@pytest.mark.parametrize("role", STRONG)
def test_an_office_needs_one_on_every_guarded_page(north, role):
    who = world.member(north, "Olu Office", role)
    strong, client = world.browser(who, north), weak(world.browser(who, north))
    assert strong.get("/pairs/").status_code == 200
    for path in ("/pairs/", "/rollout/", "/report/sponsor/", "/pairs/00000000-0000-0000-0000-000000000000/"):
        found = client.get(path)
        if found.status_code != 404:
            assert found["Location"].startswith("/enter/start/?strong=1&next=%2F"), path
    assert client.post("/pairs/found/").status_code in (302, 404)
    assert client.get("/api/v1/me/").status_code in (403, 404)
    for path in ("/help/", "/privacy/", "/terms/"):
        assert client.get(path).status_code == 200


def test_hidden_and_missing_are_answered_alike_without_one(north):
    pair, _professional, _citizen = world.hidden_pair(north)
    client = weak(world.browser(world.member(north, "Olu Office", Role.SPONSOR), north))
    answers = [client.get(f"/pairs/{key}/") for key in (pair, "00000000-0000-4000-8000-000000000000")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer["Location"].replace(str(pair), "") for answer in answers}) <= 2


@pytest.mark.parametrize("role", [Role.FACILITATOR, None])
def test_others_need_one_only_when_the_organisation_says_so(north, role):
    who = world.member(north, "Pat Plain", *([role] if role else []))
    client = weak(world.browser(who, north))
    assert client.get("/pairs/").status_code == 200
    Organisation.objects.filter(pk=north.pk).update(second_factor_for_all=True)
    hosts.forget()
    assert client.get("/pairs/")["Location"].startswith("/enter/start/?strong=1")
    assert world.browser(who, north).get("/pairs/").status_code == 200


def test_from_the_first_sign_in_to_the_office(north):
    lead, browser = world.lead(north), Browser()
    account = Account.objects.get(pk=lead.pk)
    browser.sign_in(account)
    url, page = browser.follow(f"http://{NORTH}/rollout/", steps=12)
    assert urlsplit(url).netloc == BASE
    assert urlsplit(url).path == "/factors/"
    assert "hold an office" in page.content.decode()
    client, query = browser.on(BASE), urlsplit(url).query
    asked = client.get(f"/factors/app/?{query}")
    key, way_on = key_on(asked.content.decode()), asked.context["next"]
    shown = client.post("/factors/app/", {"code": app_code(key), "next": way_on})
    url, page = browser.follow(f"http://{BASE}{shown.context['way_on']}", steps=12)
    assert (url, page.status_code) == (f"http://{NORTH}/rollout/", 200)
    row = Session.objects.get(account=account, host=NORTH)
    assert row.second_factor_at
    assert row.second_factor_at == Session.objects.get(account=account, host=BASE).second_factor_at


def test_operators_need_one(north):
    client = weak(signed_in(operator()))
    for path in ("/operator/", "/operator/create/", "/operator/north/suspend/", "/operator/north/second-factor/"):
        for method in (client.get, client.post):
            assert method(path)["Location"].startswith("/second-step/?next=")
    assert not Event.objects.exists()
    assert signed_in(operator()).get("/operator/").status_code == 200


def test_an_operator_switches_it_for_an_organisation(north):
    client = signed_in(operator())
    assert "Only those who hold an office" in client.get("/operator/north/second-factor/").content.decode()
    client.post("/operator/north/second-factor/", {"asked": "all"})
    north.refresh_from_db()
    assert north.second_factor_for_all
    assert Event.objects.first().action == "organisation.second_factor_for_all"
    client.post("/operator/north/second-factor/", {"asked": "offices"})
    north.refresh_from_db()
    assert not north.second_factor_for_all
    assert signed_in(world.account("Ada")).post("/operator/north/second-factor/").status_code == 404


def test_a_rollout_lead_asks_everybody_and_it_counts_at_the_next_request(north):
    lead, plain = world.lead(north), world.member(north, "Pat Plain")
    page, weakly = world.browser(lead, north), weak(world.browser(plain, north))
    assert "Patients need one too." in page.get("/people/second-step/").content.decode()
    assert weakly.get("/pairs/").status_code == 200
    assert page.post("/people/second-step/", {"asked": "all"})["Location"] == "/people/second-step/"
    assert weakly.get("/pairs/")["Location"].startswith("/enter/start/?strong=1")
    with world.inside(north, lead, Role.ROLLOUT_LEAD):
        acts = list(Recorded.objects.values_list("action", "actor_id"))
    assert ("organisation.second_factor_asked", lead.pk) in acts
    assert Event.objects.first().action == "organisation.second_factor_for_all"
    page.post("/people/second-step/", {"asked": "offices"})
    assert weakly.get("/pairs/").status_code == 200


def test_a_switch_thrown_in_another_process_counts_at_the_next_request_too(north):
    client = weak(world.browser(world.member(north, "Pat Plain"), north))
    assert client.get("/pairs/").status_code == 200
    Organisation.objects.filter(pk=north.pk).update(second_factor_for_all=True)  # and nobody tells this process
    assert client.get("/pairs/")["Location"].startswith("/enter/start/?strong=1")


@pytest.mark.parametrize("role", [Role.SPONSOR, Role.BOARD_SECRETARY, Role.FINANCE, None])
def test_nobody_but_a_lead_throws_the_switch(north, role):
    who = world.member(north, "Olu Office", *([role] if role else []))
    assert world.browser(who, north).post("/people/second-step/", {"asked": "all"}).status_code == 404
    with world.inside(north, who), pytest.raises(NotPermitted):
        rules.ask_everybody_for_second_factor(organisation=north, asked=True, by=who)
    north.refresh_from_db()
    assert not north.second_factor_for_all


def me(secret):
    return Client(HTTP_HOST=NORTH).get("/api/v1/me/", headers=bearer(secret))


def test_a_key_made_before_the_demand_waits_until_its_person_has_enrolled(north):
    pat = world.member(north, "Pat Plain")
    account = Account.objects.get(pk=pat.pk)
    earlier, strong = token_of(pat, north, strong=False), token_of(pat, north)
    assert me(earlier).status_code == 200
    Organisation.objects.filter(pk=north.pk).update(second_factor_for_all=True)
    hosts.forget()
    assert (me(earlier).status_code, me(earlier).json()["code"]) == (403, "second_factor_required")
    assert me(strong).status_code == 200
    with_app(account, signed_in(account))
    assert me(earlier).status_code == 200
    app = factors_of(account)[0]
    actions.remove_factor(account=account, factor=app.id, keep=None, by=account)
    assert me(earlier).status_code == me(strong).status_code == 403


def test_a_key_of_somebody_who_is_given_an_office_waits_as_well(north):
    sol = world.member(north, "Sol Sponsor", Role.SPONSOR)
    assert me(token_of(sol, north, strong=False)).status_code == 403


def test_keys_are_recorded_when_made_and_when_taken_back(north):
    pat = world.member(north, "Pat Plain")
    client = weak(world.browser(pat, north))
    client.post("/tokens/", {"name": "x", "scope": "read", "hats": ["partner"], "days": "7"})
    made = ApiToken.objects.get()
    assert made.second_factor_at is None
    event = Event.objects.first()
    assert (event.action, event.actor_id, event.subject_id) == ("account.token_made", pat.pk, made.pk)
    for _twice in range(2):
        client.post(f"/tokens/{made.pk}/revoke/")
    assert [e.action for e in Event.objects.all()] == ["account.token_revoked", "account.token_made"]


def test_the_demo_s_link_counts_in_the_demo_alone(north, settings):
    from rollout.demo.links import sign_in_path

    lead = world.lead(north)
    browser = Browser()
    url, page = browser.follow(f"http://{BASE}{sign_in_path(lead.pk, 'north', '/rollout/')}")
    assert (url, page.status_code) == (f"http://{NORTH}/rollout/", 200)
    settings.DEMO = False
    browser = Browser()
    browser.get(f"http://{BASE}{sign_in_path(lead.pk, 'north', '/rollout/')}")
    assert browser.on(BASE).session[SECOND_FACTOR] is None
