"""The journey is what the evidence says: more evidence never sets a pair back, and future days do not count."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from governance.journey.policy import LADDER, NAMES, Evidence, State, journey_of
from governance.journey.rendering import sentence, strip

TODAY = date(2026, 3, 27)
DATED = [field.name for field in fields(Evidence) if field.name != "stage"]
VISIBLE = (State.SPONSOR_AWARE, State.ORG_VISIBLE, State.BOARD_REPORTED, State.INTEGRATED)

past = st.dates(date(2025, 1, 1), TODAY)
future = st.dates(TODAY + timedelta(days=1), date(2030, 1, 1))
evidence = st.builds(
    Evidence,
    stage=st.sampled_from(["forming", "working"]),
    **{name: st.none() | past | future for name in DATED},
)
dated = st.sampled_from(DATED)


def rung(state: State) -> int:
    return LADDER.index(state)


@given(evidence, dated, past)
def test_more_evidence_never_sets_a_pair_back(known, name, on):
    if getattr(known, name) in (None, *[day for day in [getattr(known, name)] if day and day > TODAY]):
        before, after = journey_of(known, today=TODAY), journey_of(replace(known, **{name: on}), today=TODAY)
        assert rung(after.state) >= rung(before.state)


@given(evidence)
def test_what_lies_in_the_future_does_not_count(known):
    past_only = Evidence(
        stage=known.stage,
        **{name: on if (on := getattr(known, name)) and on <= TODAY else None for name in DATED},
    )
    assert journey_of(known, today=TODAY) == journey_of(past_only, today=TODAY)


@given(evidence)
def test_without_a_live_showing_nobody_above_the_pair_knows(known):
    hidden = replace(known, shown_to_sponsor_on=None, shown_in_organisation_on=None)
    assert journey_of(hidden, today=TODAY).state not in VISIBLE


@given(evidence)
def test_the_next_step_lies_ahead_and_says_what_it_needs(known):
    journey = journey_of(known, today=TODAY)
    if journey.next is None:
        assert journey.state == State.INTEGRATED
    else:
        assert rung(journey.next) > rung(journey.state)
        assert journey.missing
    assert [step.state for step in journey.steps] == list(LADDER)
    assert all(step.on is None or step.done for step in journey.steps)


@given(evidence, st.sampled_from([State.PAUSED, State.ENDED]))
def test_a_pause_and_an_end_take_nothing_away(known, stage):
    still = journey_of(replace(known, stage=stage.value), today=TODAY)
    assert still.state == stage
    assert still.steps == journey_of(known, today=TODAY).steps


def test_a_pair_that_started_in_the_open_skips_what_it_has_not_shown():
    journey = journey_of(Evidence(shown_in_organisation_on=date(2026, 2, 1)), today=TODAY)
    assert journey.state == State.ORG_VISIBLE
    assert [step.state for step in journey.steps if step.done] == [State.FORMING, State.ORG_VISIBLE]


def test_a_pack_alone_is_not_yet_a_talk_at_the_board():
    journey = journey_of(
        Evidence(shown_in_organisation_on=date(2026, 2, 1), issued_in_pack_on=date(2026, 3, 1)), today=TODAY
    )
    assert (journey.state, journey.next) == (State.ORG_VISIBLE, State.BOARD_REPORTED)
    assert [str(line) for line in journey.missing] == [
        "Both partners are invited, and the board's minutes say what was decided."
    ]


def test_the_strip_names_each_step_with_its_day():
    journey = journey_of(Evidence(task_signed_on=date(2026, 1, 5), shown_to_sponsor_on=date(2026, 2, 1)), today=TODAY)
    with override("en"):
        drawn = strip(journey, title="A pair")
        assert sentence(journey) == "Where it stands now: A sponsor knows. Next: The organisation can see it."
    for name in NAMES.values():
        if name not in (NAMES[State.PAUSED], NAMES[State.ENDED]):
            assert str(name) in drawn
    assert "5 January 2026" in drawn
    assert "Nothing of this is shown here." in drawn
