"""The tables and the figures: every state, every act, every border."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.relationship import policy
from tenants.relationship.models import DifferenceItem
from tenants.relationship.policy import (
    DIFFERENCES,
    LEAST,
    SNAPBACKS,
    Act,
    Balance,
    Entry,
    Fortnight,
    Moment,
    SnapAct,
    State,
    Trend,
    after,
    count,
    finished_fortnights,
    fortnight_of,
    hearing,
    may,
    moment_of,
    same_moment,
    side_of,
    snaps,
    wants_pause,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MONDAY = date(2026, 6, 1)
DAY = timedelta(days=1)
NUMBERS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (State.DRAFT, {"edit", "show"}),
        (State.SHOWN, {"edit", "restate", "take_back"}),
        (State.RESTATED, {"correct", "accept", "take_back"}),
        (State.CORRECTED, {"edit", "restate", "take_back"}),
        (State.HEARD, {"take_back"}),
    ],
)
def test_what_may_become_of_a_line(state, possible):
    assert {act.value for act in Act if may(state, act)} == possible


def test_nothing_but_an_accepted_restatement_leads_to_heard():
    ways = {(state, act) for state in State for act in Act if may(state, act) and after(state, act) == State.HEARD}
    assert ways == {(State.RESTATED, Act.ACCEPT)}
    assert [state for state in State if State.RESTATED in DIFFERENCES[state].values()] == [State.SHOWN, State.CORRECTED]
    assert {State.SHOWN, State.RESTATED, State.CORRECTED} == policy.OPEN


def test_the_author_can_always_show_it_no_longer():
    assert [state for state in State if not may(state, Act.TAKE_BACK)] == [State.DRAFT]


def test_the_database_keeps_the_same_table():
    guards = import_module("tenants.relationship.migrations.0002_guards").Migration.operations
    body = next(operation.body for operation in guards if operation.name == "difference_moves_as_agreed")
    kept = {tuple(words.split()) for words in re.findall(r"'([a-z]+ [a-z]+)'", body)}
    table = {
        (state.value, target.value)
        for state, acts in DIFFERENCES.items()
        for target in acts.values()
        if target != state
    }
    assert kept == table


def test_an_entry_is_asked_about_once_and_never_sealed_again():
    assert [state for state in Moment if SnapAct.INVITE in SNAPBACKS[state]] == [Moment.SEALED]
    assert {state: set(acts.values()) for state, acts in SNAPBACKS.items()}[Moment.REVEALED] == {Moment.REVEALED}
    assert moment_of(invited_at=None, revealed_at=None) == Moment.SEALED
    assert moment_of(invited_at=NOW, revealed_at=None) == Moment.INVITED
    assert moment_of(invited_at=NOW, revealed_at=NOW) == Moment.REVEALED


@pytest.mark.parametrize(("hours", "is_same"), [(0, True), (48, True), (-48, True), (48.01, False), (-49, False)])
def test_two_days_are_one_window(hours, is_same):
    assert same_moment(NOW, NOW + timedelta(hours=hours)) is is_same


def entry(back, hours=None, pairing=None):
    moment = NOW - back * DAY
    return Entry(moment, None if hours is None else moment + timedelta(hours=hours), pairing)


def test_the_figures_of_snapping_back():
    found = snaps([entry(90, 40), entry(60, 30), entry(59, 20, "a"), entry(58, None, "a"), entry(1, 10)], 6)
    assert (found.moments, found.per_month, found.recovery_hours) == (4, 4 / 6, 25)
    assert (found.trend, found.recognised) == (Trend.SHORTER, 1 / 4)


def test_nothing_is_not_zero():
    found = snaps([], 6)
    assert (found.moments, found.recovery_hours, found.trend, found.recognised) == (0, None, Trend.UNKNOWN, None)


@pytest.mark.parametrize(
    ("hours", "trend"),
    [
        ([10, 10, 20], Trend.UNKNOWN),
        ([10, 10, 20, 20], Trend.LONGER),
        ([20, 20, 10, 10], Trend.SHORTER),
        ([10, 10, 10.5, 10.5], Trend.SAME),
        ([0, 0, 0, 0], Trend.SAME),
        ([10, 10, 500, 20, 20], Trend.LONGER),
    ],
)
def test_which_way_it_goes(hours, trend):
    entries = [entry(100 - place, long) for place, long in enumerate(hours)]
    assert snaps(entries, 6).trend == trend
    assert snaps(entries[::-1], 6).trend == trend


@given(st.lists(st.tuples(st.integers(0, 180), st.none() | st.integers(0, 500), st.none() | st.integers(0, 3))))
def test_the_figures_always_make_sense(rows):
    found = snaps([entry(*row) for row in rows], 6)
    assert 0 <= found.moments <= len(rows)
    assert found.recognised is None or 0 <= found.recognised <= 1
    assert (found.recovery_hours is None) == all(hours is None for _back, hours, _pairing in rows)


def line(state, back, *, kind="differ", quiet=False):
    shown = None if state == "draft" else NOW - back * DAY
    return DifferenceItem(kind=kind, state=state, shown_at=shown, not_for_restating=quiet)


def test_the_heard_rate_and_the_ages_of_what_is_open():
    items = [
        line("heard", 200), line("draft", 0), line("shown", 29), line("restated", 30), line("corrected", 89),
        line("shown", 90), line("shown", 5, kind="need"), line("shown", 400, quiet=True),
    ]  # fmt: skip
    found = hearing(items, NOW)
    assert (found.heard, found.asked, found.rate, found.ages) == (1, 6, 1 / 6, (1, 2, 1))
    assert hearing([line("draft", 0), line("shown", 3, quiet=True)], NOW).rate is None


# The pull to the task


def test_no_code_counts_for_both():
    assert not set(policy.TASK) & set(policy.RELATIONSHIP)


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("decision.signed", "task"), ("shared_task.written", "task"), ("plan.done", "task"), ("result.edited", "task"),
        ("pair_reflection.agreed", "relationship"), ("relationship.difference_heard", "relationship"),
        ("principle.reviewed", "relationship"), ("pair.renamed", ""), ("balance.minutes_told", ""),
        ("pair_reflection.missed", ""), ("pair_reflection.moved", ""), ("round.closed", ""),
        ("round.opened", "relationship"),
        ("surfacing.signed", ""), ("something.new", ""), ("decisions.other", ""), ("", ""),
    ],
)  # fmt: skip
def test_which_side_an_act_is_on(code, side):
    assert side_of(code) == side


def fortnight(task, relationship, **minutes):
    return Fortnight(MONDAY, task, relationship, **minutes)


@pytest.mark.parametrize(
    ("task", "relationship", "balance"),
    [
        (0, 0, Balance.NOT_ENOUGH),
        (7, 0, Balance.NOT_ENOUGH),
        (8, 0, Balance.TO_TASK),
        (8, 2, Balance.EVEN),
        (9, 2, Balance.TO_TASK),
        (12, 3, Balance.EVEN),
        (40, 10, Balance.EVEN),
        (41, 10, Balance.TO_TASK),
        (0, 30, Balance.EVEN),
    ],
)
def test_what_a_fortnight_says(task, relationship, balance):
    assert fortnight(task, relationship).balance == balance


def test_minutes_count_like_acts():
    assert fortnight(0, 0, task_minutes=159).task == 7
    assert fortnight(0, 0, task_minutes=160).balance == Balance.TO_TASK
    assert fortnight(9, 0, relationship_minutes=60).balance == Balance.EVEN


@given(NUMBERS, NUMBERS)
def test_the_pull_in_whole_numbers_is_the_pull(task, relationship):
    found = fortnight(task, relationship)
    assert found.pull is None or -1 <= found.pull <= 1
    is_pulled = task > 4 * relationship and task + relationship >= LEAST
    assert (found.balance == Balance.TO_TASK) == is_pulled


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans())
def test_a_card_needs_two_fortnights_and_no_sprint(a, b, c, d, in_sprint):
    older, newer = fortnight(a, b), fortnight(c, d)
    both = older.balance == newer.balance == Balance.TO_TASK
    assert wants_pause(older, newer, in_sprint=in_sprint) == (both and not in_sprint)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_fortnights_are_the_same_for_everybody(day):
    start = fortnight_of(day)
    assert start <= day < start + policy.FORTNIGHT
    assert start.weekday() == 0
    assert fortnight_of(start) == start
    older, newer = finished_fortnights(day)
    assert (newer - older, newer + policy.FORTNIGHT) == (policy.FORTNIGHT, start)


def test_acts_and_minutes_are_counted_in_their_fortnight():
    start = fortnight_of(MONDAY)
    acts = [(start, "decision", 3), (start + 13 * DAY, "pair_reflection", 2), (start + 14 * DAY, "decision", 9),
            (start, "pair", 50)]  # fmt: skip
    found = count([start], acts, [(start, 40, 20), (start - DAY, 500, 500)])
    assert found == [Fortnight(start, 3, 2, 40, 20)]
