"""Who needs a second factor, and how far they come without one."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import SECOND_FACTOR
from rollout.audit.models import Event
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tenants.members.models import Role
from tests import world
from tests.rollout.identity.test_factors import app_code, key_on, weak
from tests.world_accounts import BASE, Browser, operator, signed_in

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
