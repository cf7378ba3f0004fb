"""What a calendar learns: when, and the word for it. Who has no address, or had one, gets what a stranger gets."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from django.db import DatabaseError, transaction
from icalendar import Calendar

from rollout.accounts.limits import Limit
from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.tokens import hashed
from tenants.meetings import actions, queries, views
from tenants.meetings.models import CalendarFeed
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tests import world
from tests.world import inside, sql
from tests.world_meetings import agreed, offered, past, plan, wall
from tests.world_pairs import accepted
from tests.world_projects import workshop

CANARY = "Zwetschgenkompott"
HOSTILE = f"{CANARY}\r\nATTENDEE:mailto:x@example.org"


@pytest.fixture
def shop(north):
    made = workshop(north, CANARY)
    accepted(*made.partners)
    return made


@pytest.fixture
def mine(shop, browser_of):
    return browser_of(shop.professional, shop.organisation)


@pytest.fixture
def nobody(shop, browser_of):
    return browser_of(None, shop.organisation)


def feed(shop, who):
    with inside(shop.organisation, who):
        return actions.make_feed(by=who)


def events(answer):
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}, calendar


def test_a_calendar_speaks_its_owners_language_whatever_the_program_asks_for(shop, nobody):
    agreed(shop, shop.professional)
    Account.objects.filter(pk=shop.professional.pk).update(language="fr")
    Account.objects.filter(pk=shop.citizen.pk).update(language="en")
    said = {}
    for who, asks in ((shop.professional, "en"), (shop.citizen, "fr")):
        found, _all = events(nobody.get(f"/calendar/{feed(shop, who)}.ics", headers={"Accept-Language": asks}))
        said[asks] = {str(event["summary"]) for event in found.values()}
    assert said == {"en": {"Rencontre"}, "fr": {"Meeting"}}


def test_a_meeting_for_ones_own_calendar_says_when_and_nothing_else(shop, mine):
    meeting = agreed(shop, shop.professional, place=HOSTILE, agenda=HOSTILE, access_needs=HOSTILE,
                     link=f"https://{CANARY}.example/")  # fmt: skip
    answer = mine.get(f"/pairs/{shop.pair.pk}/meetings/{meeting.pk}/meeting.ics")
    found, calendar = events(answer)
    event = found[str(meeting.pk)]
    assert str(event["summary"]) == "Meeting"
    assert event["dtstart"].dt == meeting.starts_at.astimezone(UTC)
    assert event["duration"].dt == timedelta(minutes=60)
    assert (calendar["method"], event["status"], event["sequence"]) == ("PUBLISH", "CONFIRMED", 1)
    text = answer.content.decode()
    for word in (CANARY, "ATTENDEE", "ORGANIZER", "LOCATION", "DESCRIPTION", "Priya", "Cora", str(shop.pair.pk)):
        assert word not in text, word
    assert re.search(r"(?<!\r)\n", text) is None
    assert {line.split(":")[0].split(";")[0] for line in text.split("\r\n")} <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "DTSTAMP", "DTSTART", "DURATION",
        "SEQUENCE", "STATUS", "CLASS", "SUMMARY", "URL", "",
    }  # fmt: skip


def test_moved_and_called_off_it_is_the_same_event_with_a_higher_number(shop, mine):
    meeting = agreed(shop, shop.professional)
    place = f"/pairs/{shop.pair.pk}/meetings/{meeting.pk}/meeting.ics"
    first = events(mine.get(place))[0][str(meeting.pk)]
    with inside(shop.organisation, shop.professional):
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(20)], by=shop.professional)
    assert mine.get(place).status_code == 404, "it has no time"
    with inside(shop.organisation, shop.citizen):
        actions.choose(meeting=meeting, time=meeting.times.get(round=2).pk, by=shop.citizen)
    second = events(mine.get(place))[0][str(meeting.pk)]
    with inside(shop.organisation, shop.citizen):
        actions.cancel(meeting=meeting, by=shop.citizen)
    third, calendar = events(mine.get(place))
    last = third[str(meeting.pk)]
    assert (calendar["method"], last["status"]) == ("CANCEL", "CANCELLED")
    assert first["sequence"] < second["sequence"] < last["sequence"]
    assert first["dtstart"].dt != second["dtstart"].dt == last["dtstart"].dt


def test_a_calendar_without_a_session_finds_ones_own_meetings_alone(north, shop, nobody):
    meeting, called_off = agreed(shop, shop.professional), agreed(shop, shop.professional, wall(30), agenda=HOSTILE)
    over = past(shop, shop.professional)
    offered(shop, shop.professional)
    with inside(north, shop.citizen):
        actions.cancel(meeting=called_off, by=shop.citizen)
    other = workshop(north, "Another pair")
    agreed(other, other.professional)
    found, calendar = events(nobody.get(f"/calendar/{feed(shop, shop.professional)}.ics"))
    assert {pk: str(event["status"]) for pk, event in found.items()} == {
        str(meeting.pk): "CONFIRMED",
        str(called_off.pk): "CANCELLED",
    } | ({str(over.pk): "CONFIRMED"} if over_is_in_the_pairs_time(shop, over) else {})
    assert {str(event["summary"]) for event in found.values()} == {"Meeting"}
    assert "sequence" in calendar.walk("VEVENT")[0]


def over_is_in_the_pairs_time(shop, meeting):
    """Whether it was offered when its partners sat there already: what was before somebody's time is not theirs."""
    with inside(shop.organisation, shop.professional):
        taken = sql("SELECT taken_at FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
    return meeting.proposed_at >= taken


def test_an_empty_calendar_is_a_calendar(shop, nobody):
    found, _calendar = events(nobody.get(f"/calendar/{feed(shop, shop.citizen)}.ics"))
    assert found == {}


def test_an_address_that_was_taken_back_or_renewed_is_like_one_that_never_was(shop, nobody):
    agreed(shop, shop.professional)
    old = feed(shop, shop.professional)
    new = feed(shop, shop.professional)
    never = nobody.get(f"/calendar/{'0' * 48}.ics")
    assert never.status_code == 404
    for token in (old, hashed(new)):
        answer = nobody.get(f"/calendar/{token}.ics")
        assert (answer.status_code, answer.content.replace(token.encode(), b"0" * 48)) == (404, never.content)
    assert nobody.get(f"/calendar/{new}.ics").status_code == 200
    with inside(shop.organisation, shop.professional):
        actions.revoke_feed(by=shop.professional)
        actions.revoke_feed(by=shop.professional)
    assert nobody.get(f"/calendar/{new}.ics").content == never.content


def test_an_address_is_fetched_so_often_and_no_more_whether_it_is_somebodys_or_not(shop, mine, nobody, monkeypatch):
    monkeypatch.setattr(views, "FETCHED", Limit("calendar.fetched", 2, 600))
    known, taken_back = feed(shop, shop.professional), feed(shop, shop.citizen)
    with inside(shop.organisation, shop.citizen):
        actions.revoke_feed(by=shop.citizen)

    def fetched(token):
        return nobody.get(f"/calendar/{token}.ics")

    assert [fetched(known).status_code for _time in range(3)] == [200, 200, 429]
    refusals = [fetched(known)]
    for token in (taken_back, "0" * 48):
        assert [fetched(token).status_code for _time in range(3)] == [404, 404, 429]
        refusals.append(fetched(token))
    assert {(answer.status_code, answer.content, answer["Content-Type"]) for answer in refusals} == {
        (429, refusals[0].content, "text/plain; charset=utf-8")
    }
    assert all(0 < int(answer["Retry-After"]) <= 600 for answer in refusals)
    other = feed(shop, shop.citizen)
    assert fetched(other).status_code == 200  # each address has its own share


def test_who_left_the_pair_or_the_organisation_has_an_empty_calendar_or_none(north, shop, nobody):
    agreed(shop, shop.professional)
    with inside(north, shop.citizen):
        token = actions.make_feed(by=shop.citizen)
        pairs.leave(pair=shop.pair, by=shop.citizen)
    assert events(nobody.get(f"/calendar/{token}.ics"))[0] == {}
    mine, lead = feed(shop, shop.professional), world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        members.end_membership(member=shop.professional, by=lead)
    assert nobody.get(f"/calendar/{mine}.ics").status_code == 404
    with inside(north, shop.professional):
        assert sql("SELECT count(*) FROM meetings_calendarfeed") == [(0,)]


def test_who_comes_later_finds_nothing_of_before(north, shop, nobody):
    agreed(shop, shop.professional)
    over = agreed(shop, shop.professional, wall(1))
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    later = world.joined(north, shop.pair.pk, shop.professional, "Lara Later")
    token = feed(shop, later)
    found = events(nobody.get(f"/calendar/{token}.ics"))[0]
    assert str(over.pk) not in found
    assert found == {}


def test_the_table_keeps_a_trace_and_only_its_person_finds_it(north, shop):
    token = feed(shop, shop.professional)
    with inside(north, shop.professional):
        assert sql("SELECT token_hash FROM meetings_calendarfeed") == [(hashed(token),)]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CalendarFeed.objects.create(person_id=shop.citizen.pk, token_hash="x", made_at=clock.now())
    with inside(north, shop.citizen):
        assert sql("SELECT count(*) FROM meetings_calendarfeed") == [(0,)]
        assert queries.feed_of(shop.citizen) is None


def test_the_page_tells_the_address_once(shop, mine, nobody):
    assert "Make an address" in mine.get("/calendar/").content.decode()
    made = mine.post("/calendar/").content.decode()
    token = re.search(r"/calendar/([0-9a-f]{48})\.ics", made)[1]
    assert nobody.get(f"/calendar/{token}.ics").status_code == 200
    again = mine.get("/calendar/").content.decode()
    assert token not in again
    assert "Make a new address instead" in again
    assert "The address is taken back." in mine.post("/calendar/", {"revoke": "1"}, follow=True).content.decode()
    assert nobody.get(f"/calendar/{token}.ics").status_code == 404


def test_the_calendar_of_one_organisation_is_none_in_another(south, shop, browser_of):
    token = feed(shop, shop.professional)
    assert browser_of(None, south).get(f"/calendar/{token}.ics").status_code == 404
