"""One after the other: from what waits to the next thing, until somebody is home again."""

from __future__ import annotations

import pytest

from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop

NEXT, HOME = "/pairs/next/", "/pairs/"


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


@pytest.fixture
def mine(shop, north, browser_of):
    return browser_of(shop.citizen, north)


def waits(shop, title):
    """A decision that waits for the citizen's key, and its address."""
    made = shop.proposed(title, signed_by=(shop.professional,))
    return made, f"/pairs/{shop.pair.pk}/decisions/{made.pk}/"


def sign(client, made, address):
    return client.post(f"{address}sign/", {"shown": made.content_hash})


def test_what_is_done_leads_to_the_next_and_the_last_one_home(shop, mine):
    first, second = waits(shop, "First"), waits(shop, "Second")
    assert "Go through them one after the other" in text_of(mine.get(HOME))
    assert mine.get(NEXT).url == first[1]
    assert "Go on to the next" in text_of(mine.get(first[1]))
    assert sign(mine, *first).url == NEXT
    assert mine.get(NEXT).url == second[1]
    assert "You have both signed. The decision is agreed." in text_of(mine.get(second[1]))
    assert sign(mine, *second).url == NEXT
    assert mine.get(NEXT).url == HOME
    page = text_of(mine.get(HOME))
    assert "Nothing needs you now." in page
    assert "Go on to the next" not in page


def test_what_is_left_out_waits_at_home(shop, mine):
    first, second = waits(shop, "First"), waits(shop, "Second")
    assert [mine.get(NEXT).url for _step in range(3)] == [first[1], second[1], HOME]
    page = text_of(mine.get(HOME))
    assert "First" in page
    assert "Second" in page
    assert mine.get(NEXT).url == first[1]


def test_an_act_that_does_not_finish_the_thing_stays_with_it(shop, mine):
    (_made, address), _second = waits(shop, "First"), waits(shop, "Second")
    mine.get(NEXT)
    edited = mine.post(f"{address}edit/", {"title": "First", "text": "We open on Mondays until eight."})
    assert edited.url == address


def test_who_opens_one_thing_alone_stays_there(shop, mine):
    first, _second = waits(shop, "First"), waits(shop, "Second")
    mine.get(first[1])
    assert sign(mine, *first).url == first[1]
    assert "Go on to the next" not in text_of(mine.get(first[1]))


def test_one_thing_alone_needs_no_way_through(shop, mine):
    waits(shop, "First")
    assert "Go through them" not in text_of(mine.get(HOME))


def test_the_cookie_says_nothing_of_what_waits(shop, mine):
    made, address = waits(shop, "First")
    mine.get(NEXT)
    cookie = mine.cookies["onward"]
    assert cookie["httponly"]
    assert str(made.pk) not in cookie.value
    assert "First" not in cookie.value
    mine.cookies["onward"] = "anything else"
    assert mine.get(address).status_code == 200
    assert mine.get(NEXT).url == HOME
