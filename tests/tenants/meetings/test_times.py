"""From what people type to a moment, also on the two nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from tenants.meetings.times import moment, moments

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def at(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007  # as people type it


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2027-01-10 14:30", datetime(2027, 1, 10, 14, 30, tzinfo=UTC)),
        ("2027-07-10 14:30", datetime(2027, 7, 10, 13, 30, tzinfo=UTC)),
        ("2027-10-31 01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # comes twice: the first one
        ("2027-10-31 02:00", datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
        ("2027-03-28 00:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28 02:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_time_in_summer_in_winter_and_when_clocks_change(typed, found):
    assert moment(at(typed), LONDON) == found
    assert moment(at(typed).replace(fold=1), LONDON) == found


@pytest.mark.parametrize("typed", ["2027-03-28 01:00", "2027-03-28 01:59", "1066-10-14 09:00", "9999-12-31 23:59"])
def test_a_time_that_no_clock_shows_is_refused(typed):
    with pytest.raises(DomainError) as refusal:
        moment(at(typed), LONDON)
    assert (refusal.value.code, refusal.value.field) == ("no_such_time", "times")


def test_the_sentence_says_how_to_mend_it():
    with pytest.raises(DomainError) as refusal:
        moment(at("2027-03-28 01:30"), LONDON)
    assert "01:30" in str(refusal.value.message)
    assert "Choose another time." in str(refusal.value.message)


@given(st.datetimes(datetime(2027, 1, 1), datetime(2030, 1, 1)), st.sampled_from(["Europe/London", "Europe/Paris"]))  # noqa: DTZ001
def test_what_is_accepted_is_what_the_clock_shows(wall, zone):
    try:
        found = moment(wall, ZoneInfo(zone))
    except DomainError:
        return
    shown = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown == wall.replace(fold=0)
    earlier = (found - timedelta(hours=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert earlier != wall.replace(fold=0), "the first of the two"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([], "how_many_times"),
        (["2027-01-10 10:00", "2027-01-10 11:00", "2027-01-10 12:00", "2027-01-10 13:00", "2027-01-10 14:00",
          "2027-01-10 15:00"], "how_many_times"),
        (["2026-10-10 10:00"], "time_is_past"),
        (["2027-01-10 10:00", "2027-01-10 10:00"], "same_time_twice"),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_made(typed, code):
    with pytest.raises(DomainError) as refusal:
        moments([at(one) for one in typed], LONDON, now=NOW, most=5)
    assert refusal.value.code == code


def test_the_order_of_preference_stays():
    typed = [at("2027-01-12 10:00"), at("2027-01-10 10:00")]
    assert moments(typed, LONDON, now=NOW, most=5) == [one.replace(tzinfo=UTC) for one in typed]
