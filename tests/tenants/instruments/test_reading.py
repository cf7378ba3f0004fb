"""What answers say in numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.instruments import reading
from tenants.instruments.definition import Said
from tenants.instruments.shipping import shipped
from tests.world_instruments import values_of

CHECK_IN, POWER, VOICE = shipped()["check_in", 1], shipped()["power_map", 1], shipped()["voice", 1]
PERCENT = st.integers(0, 100)


@pytest.mark.parametrize(
    ("estimates", "found"), [((50, 50), 1), ((0, 0), 0), ((100, 100), 0), ((20, 40), 0.6), ((80, 60), 0.6), ((), None)]
)
def test_the_balance_is_one_for_half_and_half_and_nought_for_one_side(estimates, found):
    assert reading.balance(estimates) == (pytest.approx(found) if found is not None else None)


@given(st.lists(PERCENT, min_size=1, max_size=2))
def test_the_balance_takes_no_side(estimates):
    found = reading.balance(estimates)
    assert 0 <= found <= 1
    assert found == pytest.approx(reading.balance([100 - estimate for estimate in estimates]))


def test_the_gap_between_guesses_stands_apart_from_the_balance():
    mine, partners = Said(values_of(VOICE, 30)), Said(values_of(VOICE, 70))
    assert [(one.balance, one.gap) for one in reading.shared(VOICE, mine, partners)] == [(1.0, 40)] * 3


def test_felt_heard_is_never_mixed_with_shares():
    assert reading.shared(VOICE, Said(felt_heard=4), Said(values_of(VOICE, 40))) == []
    assert reading.shared(VOICE, Said(felt_heard=4), Said(felt_heard=5)) == []
    assert reading.averaged(VOICE, [Said(felt_heard=5), Said(values_of(VOICE, 40))]) == dict.fromkeys(VOICE.items, 40)


def test_a_score_is_a_mean_where_the_instrument_has_one():
    assert reading.score(CHECK_IN, Said({"trust": 2, "hope": 5})) == 3.5
    assert reading.score(POWER, Said(values_of(POWER, 40))) is None


def test_the_widest_gap_is_named_and_none_when_both_say_the_same():
    mine, partners = Said(values_of(CHECK_IN, 5)), Said({**values_of(CHECK_IN, 5), "hope": 2})
    assert reading.widest(reading.gaps(CHECK_IN, mine, partners)).item == "hope"
    assert reading.widest(reading.gaps(CHECK_IN, mine, mine)) is None


def test_a_change_of_power_is_read_from_three_maps_on():
    maps = [dict.fromkeys(POWER.items, number) for number in (20, 90, 35)]
    assert reading.change(POWER, maps[:2]) is None
    assert reading.change(POWER, maps) == dict.fromkeys(POWER.items, 15)


def test_what_may_be_counted_has_no_word_of_anybody():
    rounds = [("check_in", "revealed", "baseline"), ("check_in", "closed", "regular"), ("dialogue", "revealed", "end")]
    assert reading.counted(rounds) == reading.Counted(1, has_baseline=True)
    assert reading.counted([]) == reading.Counted(0, has_baseline=False)
