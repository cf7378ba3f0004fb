"""A member's own pages: the profile, notices, and the homes of offices."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from tenants.audit.models import Event
from tenants.members import notices, queries
from tenants.members.models import Member, Role
from tests import world
from tests.world import inside, sql

HOMES = {
    "/finance/": (Role.FINANCE, "Claims of pairs that wait for approval"),
    "/facilitator/": (Role.FACILITATOR, "Pairs that ask you to accompany them"),
    "/programmes/": (Role.PROVIDER_LEAD, "Your programmes with their workshops"),
}


def notified(organisation, person, hat, kind="test.news"):
    with inside(organisation, person, hat):
        sql("SELECT notify(%s, %s, %s, %s, %s)", person.pk, hat, kind, uuid.uuid4(), uuid.uuid4())


@pytest.mark.parametrize("address", HOMES)
def test_an_offices_home_says_what_waits_what_comes_and_whom_to_ask(north, browser_of, address):
    role, words = HOMES[address]
    world.lead(north)
    holder = world.member(north, "Olu Office", role)
    page = browser_of(holder, north).get(address).content.decode()
    assert all(text in page for text in ("Nothing needs you now.", words, "Lena Lead"))
    assert browser_of(world.member(north, "Mo Member"), north).get(address).status_code == 404


def test_a_name_is_changed_and_leaves_no_trace_in_the_organisations_record(north, browser_of):
    _pair, _professional, citizen = world.hidden_pair(north)
    browser = browser_of(citizen, north)
    page = browser.get("/profile/").content.decode()
    assert all(text in page for text in ("Cora Citizen", "You hold no office here.", "Who can read this:"))
    assert "Write your name." in browser.post("/profile/", {"name": " "}).content.decode()
    assert "Cora C." in browser.post("/profile/", {"name": "Cora C."}, follow=True).content.decode()
    with inside(north, citizen):
        assert Member.objects.get(pk=citizen.pk).name == "Cora C."
    with inside(north, world.lead(north), Role.ROLLOUT_LEAD):
        assert not Event.objects.filter(actor_id=citizen.pk).exists()


def test_a_notice_waits_in_its_hat_until_it_is_put_away(north, browser_of):
    notices.describe("test.news", "The pack is ready", lambda notice: f"/packs/{notice.subject_id}/")
    holder = world.member(north, "Olu Office", Role.FINANCE, Role.FACILITATOR)
    notified(north, holder, Role.FINANCE)
    browser = browser_of(holder, north)
    assert "The pack is ready" in browser.get("/finance/").content.decode()
    assert "The pack is ready" not in browser.get("/facilitator/").content.decode()
    with inside(north, holder, Role.FINANCE):
        [line] = queries.notices_for(holder)
    in_other_hat = reverse("members:notice-read", kwargs={"hat": "facilitator", "notice": line.id})
    assert browser.post(in_other_hat).status_code == 404
    read = reverse("members:notice-read", kwargs={"hat": "finance", "notice": line.id})
    assert read == f"/notices/finance/{line.id}/read/"
    answer = browser.post(read, headers={"referer": "http://north.localhost/finance/"})
    assert answer["Location"] == "/finance/"
    assert "The pack is ready" not in browser.get("/finance/").content.decode()
    other = world.member(north, "Fay Finance", Role.FINANCE)
    notified(north, holder, Role.FINANCE)
    with inside(north, holder, Role.FINANCE):
        [line] = queries.notices_for(holder)
    theirs = reverse("members:notice-read", kwargs={"hat": "finance", "notice": line.id})
    assert browser_of(other, north).post(theirs).status_code == 404


def test_a_notice_that_nobody_described_says_that_there_is_news(north, browser_of):
    holder = world.member(north, "Olu Office", Role.FINANCE)
    notified(north, holder, Role.FINANCE, kind="test.unheard_of")
    assert "There is news for you." in browser_of(holder, north).get("/finance/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_a_home_costs_the_same_for_one_and_for_three_notices(north, browser_of, django_assert_num_queries, many):
    holder = world.member(north, "Olu Office", Role.FINANCE)
    for _number in range(many):
        notified(north, holder, Role.FINANCE)
    browser = browser_of(holder, north)
    with django_assert_num_queries(10):
        browser.get("/finance/")
