"""The figures of a report, from plain data."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from governance.indicators.report import Indicator, PairReport, Period, change_of, indicators_of, report_of
from governance.journey.policy import Evidence
from tenants.disclosure.shown import ShownDecision, ShownPair, ShownProject, ShownResult

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def result(*, direction="better", confirmed=None, state="corroborated", start="40", now="22", higher=False):
    return ShownResult(
        id=uuid.uuid4(), title="Fewer calls", measure="Calls", unit="calls", higher_is_better=higher,
        baseline_value=Decimal(start), baseline_on=date(2026, 1, 5), current_value=Decimal(now),
        current_on=date(2026, 3, 2), direction=direction, direction_words="", place="", evidence="", side_effects="",
        not_achieved="", state=state, state_words="", claimed_at=datetime(2026, 3, 1, tzinfo=UTC),
        corroborated_at=confirmed, points=(),
    )  # fmt: skip


def decision(agreed):
    return ShownDecision(id=uuid.uuid4(), title="", text="", state="agreed", state_words="", agreed_at=agreed)


def pair(*, results=(), decisions=(), days=(), title="A pair", theme=None):
    shown = ShownPair(
        id=uuid.uuid4(), title=title, site="", has_ended=False, people=None, shared_task=None,
        decisions=tuple(decisions), results=tuple(results), since=datetime(2026, 1, 1, tzinfo=UTC), until=None,
        audiences=frozenset({"board"}),
        project=theme and ShownProject(*theme, "Ward 2", "Waiting", "By half", date(2026, 9, 1), "Ours", "Told"),
    )  # fmt: skip
    return PairReport(shown, Evidence(), tuple(days))


def figures(*pairs):
    return {figure.code: figure for figure in indicators_of(pairs, QUARTER)}


def test_without_pairs_every_figure_is_not_shown_and_none_is_zero():
    assert indicators_of((), QUARTER) == tuple(
        Indicator(code, None, None, None) for code in ("PR3", "PR4", "RS1", "RS4")
    )


def test_only_the_period_counts_and_everything_so_far_stands_beside_it():
    lately, before = datetime(2026, 2, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)
    found = figures(
        pair(results=[result(confirmed=lately), result(confirmed=before)], decisions=[decision(lately)], days=[3]),
        pair(results=[result(direction="worse", state="claimed")], decisions=[decision(before)], days=[8]),
    )
    assert found["RS1"] == Indicator("RS1", Decimal(1), 1, 2)
    assert found["RS4"] == Indicator("RS4", Decimal("33.3"), 1, 3)
    assert found["PR3"] == Indicator("PR3", Decimal(100), 1, 1)
    assert found["PR4"] == Indicator("PR4", Decimal("5.5"), None, 2)


def test_a_result_found_to_be_wrong_is_no_result():
    assert figures(pair(results=[result(state="disproved", direction="no_change")]))["RS4"].value is None


@pytest.mark.parametrize(
    ("start", "now", "higher", "change"),
    [
        ("40", "22", False, Decimal(45)),
        ("40", "22", True, Decimal(-45)),
        ("3", "4", True, Decimal("33.3")),
        ("-10", "-5", True, Decimal(50)),
        ("0", "5", True, None),
        ("7", "7", True, Decimal(0)),
    ],
)
def test_plus_means_better_whichever_way_is_better(start, now, higher, change):
    assert change_of(result(start=start, now=now, higher=higher)) == change


def test_a_report_keeps_the_day_it_stood_on():
    report = report_of([pair()], period=QUARTER, on=date(2026, 3, 27))
    assert (report.on, len(report.pairs)) == (date(2026, 3, 27), 1)


def test_pairs_stand_under_what_their_projects_are_about_and_who_does_not_show_it_stands_nowhere():
    safety, access, other = ("safety", "Safety"), ("access", "Who gets care"), ("other", "Another thing")
    report = report_of(
        [pair(title="A", theme=other), pair(title="B"), pair(title="C", theme=safety), pair(title="D", theme=access),
         pair(title="E", theme=safety)],
        period=QUARTER, on=date(2026, 4, 1),
    )  # fmt: skip
    assert [(group.theme, [shown.title for shown in group.pairs]) for group in report.themes] == [
        ("safety", ["C", "E"]), ("access", ["D"]), ("other", ["A"]),
    ]  # fmt: skip
    assert report_of([pair()], period=QUARTER, on=date(2026, 4, 1)).themes == ()
