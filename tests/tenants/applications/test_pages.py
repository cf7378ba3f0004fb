"""The pages on which two people apply: what is signed is what is shown, and nothing is promised that is not there."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.applications.models import Application, Kind
from tenants.reflections.actions import together
from tests.world import inside
from tests.world_applications import put_down, ready, shown, signed, system_of
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop
from tests.world_workplan import framed


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


@pytest.fixture
def mine(shop, browser_of):
    return browser_of(shop.professional, shop.organisation)


@pytest.fixture
def theirs(shop, browser_of):
    return browser_of(shop.citizen, shop.organisation)


def test_from_the_first_draft_to_where_we_started(shop, mine, theirs):
    system_of(shop.organisation)
    shop.task(signed_by=shop.partners)
    framed(shop, signed_by=shop.partners)
    place = f"/pairs/{shop.pair.pk}/application/"
    first = text_of(mine.get(place))
    assert "sends them to nobody: only the two of you read them" in first
    assert "Each of you puts an ambition down. Then make one of the two." in first
    assert "You have not handed in an application yet." in text_of(mine.get(f"/pairs/{shop.pair.pk}/where-we-started/"))
    assert "Only you, until both of you have put yours down." in text_of(mine.get(f"{place}ambition/own/"))
    for kind in ("ambition", "start"):
        mine.post(f"{place}{kind}/own/", {"text": f"My {kind}", "put_down": "yes"})
        assert f"My {kind}" not in text_of(theirs.get(f"{place}{kind}/"))
        theirs.post(f"{place}{kind}/own/", {"text": f"Their {kind}", "put_down": "yes"})
        both = text_of(theirs.get(f"{place}{kind}/"))
        assert f"My {kind}" in both
        assert f"Their {kind}" in both
        theirs.post(f"{place}{kind}/", {"text": f"Our {kind}"})
    assert "Northmoor Care System" in text_of(mine.get(f"{place}host/"))
    assert "Choose where you apply" in text_of(mine.post(f"{place}host/", {}))
    said = text_of(mine.post(f"{place}host/", {"host": "organisation"}, follow=True))
    assert "What is missing" not in said
    with inside(shop.organisation, shop.citizen):
        application = Application.objects.get()
    hash_now = shown(shop, application)
    assert f'name="shown" value="{hash_now}"' in said
    assert "Your partner can sign now." in text_of(mine.post(f"{place}sign/", {"shown": hash_now}, follow=True))
    assert "Read and sign your application" in text_of(theirs.get("/pairs/"))
    assert "With your partner" in text_of(mine.get("/pairs/"))
    assert "Your application is handed in." in text_of(theirs.post(f"{place}sign/", {"shown": hash_now}, follow=True))
    start = text_of(mine.get(f"/pairs/{shop.pair.pk}/where-we-started/"))
    for words in ("Our start", "My start", "Their start"):
        assert words in start
    assert "it stands here beside your start" in start
    with inside(shop.organisation, shop.professional):
        slot = together.plan(pair=shop.pair, on=clock.today(), by=shop.professional)
        slot = together.write(slot=slot, text="We say no to each other now", by=shop.professional)
        together.sign(slot=slot, shown=slot.content_hash, by=shop.professional)
    assert "We say no" not in text_of(mine.get(f"/pairs/{shop.pair.pk}/where-we-started/")), "one key"
    with inside(shop.organisation, shop.citizen):
        together.sign(slot=slot, shown=slot.content_hash, by=shop.citizen)
    beside = text_of(mine.get(f"/pairs/{shop.pair.pk}/where-we-started/"))
    assert "We say no to each other now" in beside
    assert "Our start" in beside
    assert "Where we started" in text_of(mine.get(f"/pairs/{shop.pair.pk}/reflections/"))
    assert f'href="{place}withdraw/"' in text_of(theirs.get(place))
    assert "To hand it in again, both of you sign again." in text_of(theirs.get(f"{place}withdraw/"))
    assert "taken back" in text_of(theirs.post(f"{place}withdraw/", follow=True))
    assert "Our start" in text_of(mine.get(f"/pairs/{shop.pair.pk}/where-we-started/"))


def test_a_text_that_the_partner_changed_is_not_signed(shop, mine):
    application = ready(shop)
    signed(shop, application, shop.citizen)
    place = f"/pairs/{shop.pair.pk}/application/"
    said = text_of(mine.post(f"{place}sign/", {"shown": "0" * 64}, follow=True))
    assert "Your partner changed the text. Read it again, then sign." in said


def test_the_notice_comes_before_the_first_key(north, browser_of):
    shop = workshop(north, "Without the notice")
    application = ready(shop)
    answer = browser_of(shop.citizen, north).post(
        f"/pairs/{shop.pair.pk}/application/sign/", {"shown": shown(shop, application)}
    )
    assert answer["Location"].startswith("/notices/")


def test_nothing_typed_is_lost_when_it_is_too_late(shop, mine):
    put_down(shop, Kind.AMBITION, *shop.partners)
    said = text_of(mine.post(f"/pairs/{shop.pair.pk}/application/ambition/own/", {"text": "Too late"}))
    assert "Both of you have put this down, so it stays as it is." in said


def test_what_waits_costs_the_same_with_one_and_with_three(shop, browser_of):
    def cost():
        mine = browser_of(shop.professional, shop.organisation)
        mine.get("/pairs/")
        with CaptureQueriesContext(connections["default"]) as asked_for:
            page = text_of(mine.get("/pairs/"))
        return len(asked_for), page

    def one_more(number):
        from tests.rooms.applications import _another

        other = _another(shop, f"number {number}")
        signed(other, ready(other), other.citizen)

    one_more(1)
    first, page = cost()
    assert page.count("Read and sign your application") == 1
    one_more(2)
    one_more(3)
    third, page = cost()
    assert page.count("Read and sign your application") == 3
    assert third == first


def test_the_pair_s_page_leads_there(shop, mine):
    said = text_of(mine.get(f"/pairs/{shop.pair.pk}/"))
    assert "Our application" in said
    assert "Where we started" in said
