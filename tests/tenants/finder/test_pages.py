"""The pages on which people find a partner: what each says, and to whom nothing is said."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.accounts.models import Account
from rollout.kernel import clock
from tenants.finder import actions
from tenants.finder.models import Introduction
from tenants.members.models import Member, Role
from tests import world
from tests.world import inside
from tests.world_finder import asked, met, profile_of, somebody
from tests.world_pairs import accepted, text_of

SAID = {"kind": "patient", "brings": "Ten years of waiting rooms", "looks_for": "Somebody on the ward", "is_on": "on"}


@pytest.fixture
def cora(north):
    return somebody(north, "Cora Citizen", "patient")


@pytest.fixture
def drew(north):
    return somebody(north, "Drew Doctor", "clinician")


def page(browser, address):
    """A page without what changes each time it is drawn."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", browser.get(address).content.decode())


def test_somebody_without_a_pair_is_shown_both_ways(north, browser_of):
    said = text_of(browser_of(world.member(north, "Paula Plain"), north).get("/pairs/"))
    assert "Find a partner" in said
    assert "Invite a partner" in said


def test_from_the_first_words_to_a_pair(north, drew, browser_of):
    cora = world.member(north, "Cora Citizen")
    accepted(cora, drew)
    mine, theirs = browser_of(cora, north), browser_of(drew, north)
    assert "Write a few words" in text_of(mine.get("/find/"))
    assert "Type what you bring." in text_of(mine.post("/find/me/", {**SAID, "brings": ""}))
    assert "clinician brings" in text_of(mine.post("/find/me/", SAID, follow=True))
    offer = f"/find/offers/{profile_of(north, drew)}/"
    assert "Drew Doctor" not in text_of(mine.get(offer))
    mine.post(offer, {"motivation": "It matters", "fit": "Same ward"}, follow=True)
    with inside(north, cora):
        one = f"/find/introductions/{Introduction.objects.get().pk}/"
    assert "Somebody would like to meet you" in text_of(theirs.get("/pairs/"))
    assert "Same ward" in text_of(theirs.get(one))
    assert "Cora Citizen" not in text_of(theirs.get(one))
    assert "Cora Citizen" in text_of(theirs.post(f"{one}answer/", {"answer": "accept"}, follow=True))
    assert "You can meet. Then say whether you want to be a pair" in text_of(mine.get("/pairs/"))
    assert "Tuesday at three" in text_of(mine.post(f"{one}meeting/", {"meeting": "Tuesday at three"}, follow=True))
    assert "Nobody reads it until the other says yes too" in text_of(
        mine.post(f"{one}choose/", {"choice": "yes"}, follow=True)
    )
    assert "You have said yes" not in text_of(theirs.get(one))
    said = text_of(theirs.post(f"{one}choose/", {"choice": "yes"}, follow=True))
    assert "You have both said yes." in said
    assert "Cora Citizen" in said


def test_every_page_of_the_asker_is_to_the_byte_the_same_after_a_decline(north, cora, drew, browser_of):
    mine, theirs = browser_of(cora, north), browser_of(drew, north)
    introduction = asked(north, cora, drew)
    one = f"/find/introductions/{introduction.pk}/"
    addresses = ["/find/", "/find/introductions/", one, "/pairs/", f"/find/offers/{profile_of(north, drew)}/"]
    calls = ["introductions/", f"introductions/{introduction.pk}/", "finder-offers/"]

    def told():
        return [page(mine, address) for address in addresses] + [mine.get(f"/api/v1/{call}").content for call in calls]

    before = told()
    answer = theirs.post(f"{one}answer/", {"answer": "decline"}, follow=True)
    assert "Nobody is told." in text_of(answer)
    assert theirs.get(one).status_code == 404
    assert told() == before
    with clock.at(clock.now() + timedelta(days=31)):
        lapsed = told()
    assert "No answer in time" in "".join(map(str, lapsed))


def test_after_a_no_there_is_no_reason_and_no_name(north, cora, drew, browser_of):
    introduction = met(north, cora, drew)
    one = f"/find/introductions/{introduction.pk}/"
    browser_of(drew, north).post(f"{one}choose/", {"choice": "no"})
    said = text_of(browser_of(cora, north).get(one))
    assert "Not going further" in said
    assert "Drew Doctor" not in said


def test_what_cannot_be_said_any_more_leads_back(north, cora, drew, browser_of):
    introduction = met(north, cora, drew)
    one = f"/find/introductions/{introduction.pk}/"
    theirs = browser_of(drew, north)
    assert theirs.get(f"{one}answer/")["Location"] == one
    assert "This is not possible any more." in text_of(theirs.post(f"{one}answer/", {"answer": "accept"}))


@pytest.mark.parametrize("address", ["/find/", "/find/introductions/", "/pairs/"])
def test_lists_cost_the_same_with_one_and_with_three(north, cora, browser_of, address):
    def cost():
        mine = browser_of(cora, north)
        mine.get(address)
        with CaptureQueriesContext(connections["default"]) as asked_for:
            assert mine.get(address).status_code == 200
        return len(asked_for)

    def one_more(number):
        somebody(north, f"Free {number}", "clinician")
        asked(north, somebody(north, f"Doctor {number}", "clinician"), cora)
        met(north, somebody(north, f"Met {number}", "manager"), cora)

    one_more(1)
    first = cost()
    one_more(2)
    one_more(3)
    assert cost() == first


def test_offers_come_ten_at_a_time_and_are_not_counted(north, cora, browser_of):
    for number in range(12):
        somebody(north, f"Doctor {number}", "clinician", brings=f"Brings {number}!")
    mine = browser_of(cora, north)
    first, second = text_of(mine.get("/find/")), text_of(mine.get("/find/?skip=1"))
    assert (first.count("I would like to meet you"), second.count("I would like to meet you")) == (10, 2)
    assert "More people" in first
    assert "More people" not in second
    assert {f"Brings {number}!" for number in range(12) if f"Brings {number}!" in first + second} == {
        f"Brings {number}!" for number in range(12)
    }
    assert "Page" not in first


def test_somebody_without_an_invitation_comes_in(north, browser_of):
    nobody, lead = browser_of(None, north), world.lead(north)
    assert nobody.get("/find/join/").status_code == 404
    leads = browser_of(lead, north)
    assert "It is closed" in text_of(leads.get("/find/registration/"))
    said = text_of(leads.post("/find/registration/", {"move": "open"}, follow=True))
    assert "http://north.localhost/find/join/" in said
    world.account("Known")
    known = Account.objects.latest("created_at").email
    answers = [nobody.post("/find/join/", {"email": email}) for email in (known, "new.person@example.net")]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/enter/start/?next=%2Ffind%2Fjoin%2F", b"")
    }
    newcomer = Account.objects.get(email="new.person@example.net")
    theirs = browser_of(newcomer, north)
    assert "Your name" in text_of(theirs.get("/find/join/"))
    assert "What you bring and look for" in text_of(theirs.post("/find/join/", {"name": "Nina New"}, follow=True))
    assert theirs.get("/find/join/")["Location"] == "/find/"
    with inside(north, newcomer.pk):
        assert not Member.objects.get(pk=newcomer.pk).listed
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert not Member.objects.filter(name="Nina New").exists()
    told = {"content_type": "application/json", "headers": {"Capacity": "rollout_lead"}}
    assert leads.get("/api/v1/registration/", headers=told["headers"]).json()["is_open"] is True
    assert leads.patch("/api/v1/registration/", {"is_open": False}, **told).json() == {
        "is_open": False, "opened_at": None,
    }  # fmt: skip
    assert "It is closed" in text_of(leads.get("/find/registration/"))
    assert leads.patch("/api/v1/registration/", {"is_open": True}, **told).json()["is_open"] is True
    leads.post("/find/registration/", {"move": "close"})
    assert nobody.get("/find/join/").status_code == 404


def test_asking_to_come_in_too_often_is_answered_the_same_and_does_nothing(north, browser_of):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.open_registration(by=lead)
    nobody = browser_of(None, north)
    before = Account.objects.count()
    answers = {nobody.post("/find/join/", {"email": f"a{n}@example.net"})["Location"] for n in range(25)}
    assert answers == {"/enter/start/?next=%2Ffind%2Fjoin%2F"}
    assert Account.objects.count() == before + 20
