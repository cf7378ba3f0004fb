"""Whatever happens in whatever order: two keys open, one key closes, and nothing comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.surfacing import policy
from tenants.surfacing.policy import Circumstances, Key, Package, Standing

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
SIDES = ("citizen", "professional")
HASH, OTHER = "a" * 64, "b" * 64

packages = st.builds(
    Package,
    audience=st.sampled_from(["sponsor", "board", "organisation"]),
    package_hash=st.just(HASH),
    from_start=st.booleans(),
    valid_to=st.none() | st.integers(1, 200).map(lambda hours: START + timedelta(hours=hours)),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("key"), st.sampled_from(SIDES), st.sampled_from([HASH, OTHER]), st.sampled_from(["", "why"])),
        st.tuples(st.just("withdraw"), st.sampled_from(SIDES)),
        st.tuples(st.just("depart"), st.sampled_from(SIDES)),
        st.tuples(st.just("change")),
        st.tuples(st.just("prove"), st.booleans()),
        st.tuples(st.just("release"), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 100)),
    ),
    max_size=14,
)


def played(package, acts):
    """Every package and its circumstances along the way."""
    around = Circumstances(now=START, present_hash=HASH)
    yield None, package, around
    for act in acts:
        match act:
            case ("key", side, package_hash, reason):
                package = policy.with_key(package, Key(side, package_hash, reason), around)
            case ("withdraw", _):
                package = policy.withdrawn(package)
            case ("depart", _):
                package = policy.departed(package, around.now)
            case ("change",):
                around = replace(around, present_hash=OTHER)
            case ("prove", proven):
                around = replace(around, is_proven=proven)
            case ("release", released):
                around = replace(around, is_released=released)
            case ("wait", hours):
                around = replace(around, now=around.now + timedelta(hours=hours))
        yield act, package, around


@given(packages, steps)
def test_nothing_is_ever_in_force_without_both_sides_on_the_package_as_it_was_made(package, acts):
    for _act, now, around in played(package, acts):
        if policy.standing(now, around) in (Standing.IN_FORCE, Standing.COOLING_OFF, Standing.OVER):
            assert {key.side for key in now.keys} == set(SIDES)
            assert {key.package_hash for key in now.keys} == {HASH}


@given(packages, steps)
def test_only_a_key_opens_and_whoever_never_signed_is_never_shown(package, acts):
    alone = [act for act in acts if act[:2] != ("key", "citizen")]
    for _act, now, around in played(package, alone):
        assert policy.standing(now, around) not in (Standing.IN_FORCE, Standing.COOLING_OFF)
    before = package.state
    for act, now, _around in played(package, acts):
        if now.state == policy.SIGNED and before != policy.SIGNED:
            assert act[0] == "key"
        before = now.state


@given(packages, steps, st.sampled_from(SIDES), steps)
def test_one_key_closes_at_any_time_and_for_good(package, acts, side, more):
    *_, (_act, reached, _around) = played(package, acts)
    for _act, now, around in played(policy.withdrawn(reached), more):
        assert now.state in (policy.WITHDRAWN, policy.LAPSED)
        assert policy.standing(now, around) in (Standing.WITHDRAWN, Standing.LAPSED)


@given(packages, steps)
def test_the_first_release_beyond_one_sponsor_waits_for_72_hours(package, acts):
    signed = None
    for _act, now, around in played(package, acts):
        if signed is None and now.state == policy.SIGNED:
            signed = around.now
            waits = package.audience != "sponsor" and not around.is_released
            assert now.effective_from - around.now == (policy.COOLING_OFF if waits else timedelta(0))
        if policy.standing(now, around) == Standing.IN_FORCE:
            assert around.now >= now.effective_from


@given(packages, steps)
def test_without_a_confirmed_result_both_give_a_reason_or_nothing_opens(package, acts):
    for _act, now, around in played(package, acts):
        if now.state == policy.SIGNED and not package.from_start and not any(a[0] == "prove" for a in acts):
            assert all(key.reason for key in now.keys)
            assert not around.is_proven


@given(packages, steps, st.sampled_from(SIDES))
def test_a_departure_ends_what_waits_and_leaves_what_was_already_seen(package, acts, side):
    *_, (_act, reached, around) = played(package, acts)
    left = policy.departed(reached, around.now)
    before, after = policy.standing(reached, around), policy.standing(left, around)
    if before in (Standing.WAITING, Standing.CHANGED, Standing.COOLING_OFF):
        assert after == Standing.LAPSED
    else:
        assert after == before


@given(packages, steps)
def test_a_second_key_of_the_same_side_changes_nothing(package, acts):
    *_, (_act, reached, around) = played(package, acts)
    for key in reached.keys:
        assert policy.with_key(reached, replace(key, reason="again"), around) == reached


@pytest.mark.parametrize("shown", [OTHER, ""])
def test_a_key_under_another_package_is_refused(shown):
    around = Circumstances(now=START, present_hash=HASH, is_proven=True)
    package = Package(audience="sponsor", package_hash=HASH)
    assert policy.refusal_to_sign(package, Key("citizen", shown), around) == "package_changed"
