"""The table of what may become of a reflection together, and random histories in front of the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.reflections import policy
from tenants.reflections.actions import learning, together
from tenants.reflections.models import LearningShare, PairReflection
from tenants.reflections.policy import SHARING, TRANSITIONS, Act, ShareAct, Shared, State, after, may, next_day
from tests.world import inside, sql
from tests.world_projects import workshop


def test_the_table_knows_every_state_and_what_is_closed_stays_closed():
    assert set(TRANSITIONS) == set(State)
    assert [state for state in State if TRANSITIONS[state]] == [State.PLANNED]
    assert {after(State.PLANNED, act) for act in Act} == set(State)
    assert not any(may(state, act) for state in State for act in Act if state != State.PLANNED)
    with pytest.raises(KeyError):
        after(State.WRITTEN, Act.MOVE)


def test_a_sentence_for_others_is_taken_back_for_good():
    assert set(SHARING) == set(Shared)
    assert SHARING[Shared.WITHDRAWN] == {}
    assert {SHARING[state][ShareAct.WITHDRAW] for state in (Shared.PROPOSED, Shared.AGREED)} == {Shared.WITHDRAWN}
    assert ShareAct.AGREE not in SHARING[Shared.AGREED]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_the_next_day_is_four_weeks_on_and_never_past(planned_on, days):
    today = planned_on + timedelta(days=days)
    found = next_day(planned_on, today)
    assert found > today
    assert found == planned_on + policy.EVERY or (found == today + timedelta(days=1) and days >= 28)


STEPS = st.tuples(
    st.sampled_from(["plan", "write", "part", "sign", "talked", "missed", "forge"]),
    st.booleans(),
    st.sampled_from(list(State)),
)


def act(step, shop, slot, who):
    if step == "plan":
        together.plan(pair=shop.pair, on=clock.today(), by=who)
    elif step == "write":
        together.write(slot=slot, text=slot.text + "!", by=who)
    elif step == "part":
        together.write_part(slot=slot, text="Part", by=who)
    elif step == "sign":
        together.sign(slot=slot, shown=slot.content_hash, by=who)
    elif step == "missed":
        together.missed(slot=slot, reason="no_time", next_on=clock.today(), by=who)
    else:
        together.talked(slot=slot, by=who)


def forge(slot, target):
    """Write a state by hand, as a partner with a database console would."""
    reason = "away" if target == State.MISSED else ""
    closed = "NULL" if target == State.PLANNED else "now()"
    sql(f"UPDATE reflections_pairreflection SET state = %s, reason = %s, closed_at = {closed} WHERE id = %s",
        target.value, reason, slot.pk)  # fmt: skip
    settle()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_no_history_leads_to_an_impossible_state(prepared_shop, steps):
    shop = prepared_shop()
    with inside(shop.organisation, shop.professional):
        together.plan(pair=shop.pair, on=clock.today(), by=shop.professional)
    for step, first, target in steps:
        who = shop.partners[first]
        try:
            with inside(shop.organisation, who):
                slot = PairReflection.objects.order_by("-edited_at")[0]
                forge(slot, target) if step == "forge" else act(step, shop, slot, who)
        except (DomainError, DatabaseError):
            continue
    with inside(shop.organisation, shop.professional):
        slots = list(PairReflection.objects.all())
        for slot in slots:
            keys = slot.keys.filter(content_hash=slot.content_hash).count()
            assert (slot.closed_at is None) == (slot.state == State.PLANNED)
            assert slot.state != State.WRITTEN or (keys == 2 and slot.text)
            assert slot.state != State.ENDED
        assert sum(slot.state == State.PLANNED for slot in slots) <= 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["sign", "withdraw", *Shared]), st.booleans()), max_size=8))
def test_no_history_shares_with_one_key(prepared_shop, steps):
    shop = prepared_shop()
    with inside(shop.organisation, shop.professional):
        row = learning.write(pair=shop.pair, text="T", evidence="E", by=shop.professional)
        share = learning.propose(learning=row, audience="A", sentence="S", by=shop.professional)
    signed: set[bool] = set()
    for step, first in steps:
        who = shop.partners[first]
        try:
            with inside(shop.organisation, who):
                if step == "sign":
                    learning.sign(share=share, shown=share.content_hash, by=who)
                    signed.add(first)
                elif step == "withdraw":
                    learning.withdraw(share=share, by=who)
                else:
                    dates = {
                        "proposed": "agreed_at = NULL, withdrawn_at = NULL", "agreed": "agreed_at = now()",
                        "withdrawn": "withdrawn_at = now()",
                    }[step.value]  # fmt: skip
                    sql(f"UPDATE reflections_learningshare SET state = %s, {dates} WHERE id = %s", step.value, share.pk)
                    settle()
        except (DomainError, DatabaseError):
            continue
    with inside(shop.organisation, shop.citizen):
        found = LearningShare.objects.get(pk=share.pk)
        assert found.state != Shared.AGREED or signed == {True, False}


@pytest.fixture
def prepared_shop(north):
    """A pair for each example: they share one transaction, so each one has a pair of its own."""

    def make():
        return workshop(north, "Histories")

    return make
