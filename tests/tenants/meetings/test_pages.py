"""The pages of meetings: planned on one phone, picked on another."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tenants.meetings import actions
from tenants.meetings.models import Meeting
from tests.world import inside
from tests.world_meetings import agreed, offered, past, plan, wall
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop


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


def typed(*walls, **more):
    said = {"venue": "elsewhere", "minutes": "60", "place": "The library"}
    for number, one in enumerate(walls, start=1):
        said |= {f"day_{number}_day": one.day, f"day_{number}_month": one.month, f"day_{number}_year": one.year}
        said[f"time_{number}"] = f"{one:%H:%M}"
    return said | more


def held(shop):
    with inside(shop.organisation, shop.professional):
        return Meeting.objects.prefetch_related("times").order_by("-proposed_at")[0]


def test_from_the_plan_to_the_notes(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/meetings/"
    assert "No meeting yet." in text_of(mine.get(place))
    said = text_of(mine.post(f"{place}new/", typed(wall(5), wall(6)), follow=True))
    assert "Your times are offered. Your partner picks one." in said
    meeting = held(shop)
    one = f"{place}{meeting.pk}/"
    assert 'name="time"' not in mine.get(one).content.decode()
    assert "Choose a time" in text_of(theirs.get("/pairs/"))
    picked = meeting.times.all()[1]
    assert f'value="{picked.pk}"' in theirs.get(one).content.decode()
    assert "The meeting stands." in text_of(theirs.post(f"{one}choose/", {"time": picked.pk}, follow=True))
    assert "Agreed" in text_of(mine.get(place))
    assert "Your notes are saved." in text_of(mine.post(f"{one}notes/", {"text": "We spoke."}, follow=True))
    assert "We spoke." in text_of(theirs.get(one))
    assert "The meeting is called off." in text_of(theirs.post(f"{one}cancel/", follow=True))
    assert "Cancelled" in text_of(mine.get(one))


def test_nothing_typed_is_lost_and_each_mistake_says_how_to_mend_it(shop, mine):
    place = f"/pairs/{shop.pair.pk}/meetings/new/"
    cases = [
        ({}, "Type the day of your first choice."),
        (typed(wall(5), time_1="half past"), "Type a time of day, for example 14:30."),
        (typed(wall(5), time_2="15:00"), "Type the day for this time."),
        (typed(wall(-2)), "Choose times that are still to come."),
        (typed(wall(5), wall(5)), "Offer each time once."),
        (typed(wall(5), link="http://x.example"), "Type a link that begins with https://."),
        (typed(wall(5).replace(year=2027, month=3, day=28, hour=1)), "the clocks go forward"),
    ]
    for said, words in cases:
        page = text_of(mine.post(place, {"agenda": "Letters to patients", **said}))
        assert words in page, words
        assert "Letters to patients" in page
    with inside(shop.organisation, shop.professional):
        assert Meeting.objects.count() == 0


def test_asking_declining_and_offering_again(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/meetings/"
    one = f"{place}{offered(shop, shop.professional).pk}/"
    assert "asked for other times" in text_of(theirs.post(f"{one}ask/", {"words": "Mornings."}, follow=True))
    assert "Mornings." in text_of(mine.get(one))
    assert "Your times are offered" in text_of(mine.post(f"{one}offer/", typed(wall(9, 9)), follow=True))
    assert "Choose a reason." in text_of(theirs.post(f"{one}decline/", {}))
    said = text_of(theirs.post(f"{one}decline/", {"reason": "not_needed", "words": "It is settled."}, follow=True))
    assert "The meeting is declined." in said
    assert "It is settled." in text_of(mine.get(one))
    assert "This meeting was declined. Plan a new one." in text_of(mine.post(f"{one}offer/", typed(wall(9))))


def test_a_time_that_is_not_offered_any_more(shop, mine, theirs):
    meeting = offered(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        old = meeting.times.get(choice=1).pk
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(11)], by=shop.professional)
    for time in (old, "", "x"):
        said = text_of(theirs.post(f"/pairs/{shop.pair.pk}/meetings/{meeting.pk}/choose/", {"time": time}, follow=True))
        assert "This time is not offered any more." in said


def test_afterwards_either_says_whether_they_met(shop, mine):
    one = f"/pairs/{shop.pair.pk}/meetings/{past(shop, shop.citizen).pk}/"
    assert "Did you meet?" in text_of(mine.get(one))
    assert "You met" in text_of(mine.post(f"{one}close/", {"met": "yes"}, follow=True))


def test_how_times_and_places_were_shared_in_words_and_numbers(shop, mine):
    place = f"/pairs/{shop.pair.pk}/meetings/shares/"
    assert "No agreed meeting yet." in text_of(mine.get(place))
    agreed(shop, shop.professional)
    page = text_of(mine.get(place))
    assert "You have agreed 1 meeting." in page
    assert "Priya Professional: the preferred time in 1 of 1, moved 0, host of 0." in page
    assert "Cora Citizen: the preferred time in 0 of 1, moved 0, host of 1." in page


def test_who_has_no_time_is_led_on_to_a_question_of_their_own_and_nobody_else_is(shop, mine, theirs):
    offer = offered(shop, shop.professional).pk
    one, why = f"/pairs/{shop.pair.pk}/meetings/{offer}/", f"/pairs/{shop.pair.pk}/why/meeting/{offer}/"
    assert theirs.post(f"{one}decline/", {"reason": "no_time"}).url == why
    assert theirs.get(why).status_code == 200
    assert "no time”, for yourself alone" in text_of(theirs.get(one))
    assert "no time”, for yourself alone" not in text_of(mine.get(one))


def test_moving_and_calling_off_ask_for_a_reason_and_lead_on_where_it_is_no_time(shop, mine, theirs):
    pages = {reason: agreed(shop, shop.professional).pk for reason in ("no_time", "access", "")}
    for reason, pk in pages.items():
        one, why = f"/pairs/{shop.pair.pk}/meetings/{pk}/", f"/pairs/{shop.pair.pk}/why/meeting/{pk}/"
        on = why if reason == "no_time" else one
        assert theirs.post(f"{one}offer/", typed(wall(9), reason=reason)).url == on
    one = f"/pairs/{shop.pair.pk}/meetings/{pages['no_time']}/"
    assert "Reason: I have no time" in text_of(mine.get(one))
    assert "no time”, for yourself alone" in text_of(theirs.get(one))
    assert 'name="reason"' not in theirs.get(f"{one}offer/").content.decode(), "what does not stand is not moved"
    assert mine.post(f"{one}cancel/", {"reason": "not_needed"}).status_code == 200
    assert mine.post(f"{one}cancel/", {"reason": "no_time"}).url == one.replace("/meetings/", "/why/meeting/")
    assert "no time”, for yourself alone" not in text_of(theirs.get(one))
    page = text_of(mine.get(f"/pairs/{shop.pair.pk}/meetings/shares/"))
    assert f'href="/pairs/{shop.pair.pk}/time/"' in page
    assert f'href="/pairs/{shop.pair.pk}/meetings/shares/"' in text_of(mine.get(f"/pairs/{shop.pair.pk}/time/"))


def test_the_pages_cost_the_same_with_one_and_with_three(shop, mine):
    counts = []
    for _round in range(3):
        meeting = agreed(shop, shop.professional)
        place = f"/pairs/{shop.pair.pk}/meetings/"
        with CaptureQueriesContext(connections["default"]) as asked:
            for page in (place, f"{place}shares/", f"{place}{meeting.pk}/", "/pairs/"):
                assert mine.get(page).status_code == 200
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
