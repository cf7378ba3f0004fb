"""What the pages refuse, the operations refuse with the same code."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from rollout.kernel import clock
from tests.world_meetings import agreed, offered, written
from tests.world_pairs import accepted
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


def post(browser, path, **body):
    answer = browser.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_a_meeting_through_a_program(shop, browser_of):
    mine, theirs = (browser_of(who, shop.organisation) for who in shop.partners)
    new = {"pair": str(shop.pair.pk), "times": ["2190-07-02T14:30", "2190-07-03T09:00"], "minutes": 60,
           "venue": "online"}  # fmt: skip
    status, meeting = post(mine, "meetings/", **new)
    assert (status, meeting["times"][0]["starts_at"]) == (201, "2190-07-02T14:30:00+01:00")
    time = meeting["times"][1]["id"]
    assert post(mine, f"meetings/{meeting['id']}/choose/", time=time)[1]["code"] == "own_offer"
    assert post(theirs, f"meetings/{meeting['id']}/choose/", time=str(shop.pair.pk))[1]["code"] == "times_changed"
    assert post(theirs, f"meetings/{meeting['id']}/choose/", time=time)[1]["state"] == "agreed"
    assert post(theirs, f"meetings/{meeting['id']}/decline/", reason="other")[1]["code"] == "wrong_state"
    assert post(theirs, f"meetings/{meeting['id']}/close/", met=True)[1]["code"] == "not_yet"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"times": ["2027-03-28T01:30"]}, "no_such_time"),
        ({"times": ["2001-03-28T01:30"]}, "time_is_past"),
        ({"times": ["2190-07-02T14:30"] * 2}, "same_time_twice"),
        ({"link": "http://x.example"}, "unsafe_link"),
    ],
)
def test_a_plan_that_cannot_be(shop, browser_of, change, code):
    new = {"pair": str(shop.pair.pk), "times": ["2190-07-02T14:30"], "minutes": 60, "venue": "online", **change}
    assert post(browser_of(shop.professional, shop.organisation), "meetings/", **new)[1]["code"] == code


@pytest.mark.parametrize("time", ["2190-02-30T10:00", "2190-07-02T14:30Z", "2190-07-02", 7, None, "２190-07-02T14:30"])
def test_a_time_is_written_in_one_way(shop, browser_of, time):
    new = {"pair": str(shop.pair.pk), "times": [time], "minutes": 60, "venue": "online"}
    assert post(browser_of(shop.professional, shop.organisation), "meetings/", **new)[0] == 400


def test_words_are_taken_back_by_their_writer_for_a_day(shop, browser_of):
    mine, theirs = (browser_of(who, shop.organisation) for who in shop.partners)
    with clock.at(clock.now() - timedelta(hours=25)):
        old = written(shop, shop.professional)
    new = written(shop, shop.professional)
    assert post(theirs, f"messages/{new.pk}/take-back/")[1]["code"] == "not_yours"
    assert post(mine, f"messages/{old.pk}/take-back/")[1]["code"] == "too_late"
    assert post(mine, f"messages/{new.pk}/take-back/")[1]["text"] == ""
    assert post(mine, "messages/", pair=str(shop.pair.pk), text="About", subject_kind="nothing")[0] == 404


def test_a_list_costs_the_same_with_one_and_with_three(shop, browser_of):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    mine, counts = browser_of(shop.professional, shop.organisation), []
    for make in (agreed, offered, offered):
        make(shop, shop.professional)
        with CaptureQueriesContext(connections["default"]) as asked:
            assert mine.get("/api/v1/meetings/").status_code == 200
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
