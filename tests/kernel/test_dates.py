from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from rollout.kernel.dates import date_format


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("fr", date(2026, 8, 1), "1er août 2026"),
        ("fr", date(2026, 8, 11), "11 août 2026"),
        ("fr", date(2026, 8, 31), "31 août 2026"),
        ("en", date(2026, 8, 1), "1 August 2026"),
    ],
)
def test_a_day_is_written_as_people_write_it(language: str, day: date, written: str) -> None:
    with translation.override(language):
        assert date_format(day) == written
        assert Template('{{ day|date:"DATE_FORMAT" }}').render(Context({"day": day})) == written


def test_short_days_of_charts_hold_no_english_month() -> None:
    with translation.override("fr"):
        assert date_format(date(2026, 7, 1), "SHORT_DATE_FORMAT") == "01/07/2026"


def test_a_moment_keeps_its_time_and_a_machine_s_date_its_form() -> None:
    moment = datetime(2026, 8, 1, 14, 5, tzinfo=UTC)
    with translation.override("fr"):
        assert date_format(moment, "DATETIME_FORMAT") == "1er août 2026 à 14 h 05"
        shown = Template('{{ at|date:"c" }} {{ none|date:"DATE_FORMAT" }}').render(
            Context({"at": moment, "none": None})
        )
    assert shown == "2026-08-01T14:05:00+00:00 "
