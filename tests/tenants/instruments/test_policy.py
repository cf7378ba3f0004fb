"""What may become of a round: the pure table, and random histories against the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.instruments import actions
from tenants.instruments.models import Round
from tenants.instruments.policy import TRANSITIONS, Act, State, after, may, on_answer, state_at
from tests.world import inside, sql
from tests.world_instruments import answered, opened
from tests.world_projects import workshop


def test_the_table_has_every_state_and_every_act():
    assert set(TRANSITIONS) == set(State)
    assert {act for acts in TRANSITIONS.values() for act in acts} == set(Act)
    assert TRANSITIONS[State.CLOSED] == {}


def test_what_both_can_read_is_never_closed_or_answered_again():
    assert not {Act.ANSWER, Act.CLOSE, Act.SHOW, Act.KEEP} & set(TRANSITIONS[State.REVEALED])
    with pytest.raises(KeyError):
        after(State.CLOSED, Act.ANSWER)


def test_an_open_round_is_over_at_its_moment():
    now = clock.now()
    assert state_at(State.OPEN, now + timedelta(seconds=1), now) == State.OPEN
    assert state_at(State.OPEN, now, now) == State.CLOSED
    assert state_at(State.REVEALED, now - timedelta(days=9), now) == State.REVEALED


@given(st.integers(0, 2), st.integers(1, 2), st.booleans(), st.booleans())
def test_nothing_is_revealed_while_an_answer_is_missing_or_kept(given_so_far, wanted, is_private, is_kept):
    act = on_answer(given_so_far, wanted, is_private=is_private, is_kept=is_kept)
    if act == Act.COMPLETE:
        assert given_so_far >= wanted
        assert not is_private
        assert not is_kept
    assert may(State.OPEN, act)


STEPS = st.tuples(
    st.sampled_from(["answer", "keep", "close", "show", "remark", "forge", "late"]),
    st.booleans(),
    st.sampled_from(list(State)),
)


def act(step, asked, who, shop, target):
    """Do one thing as one of the two."""
    if step in ("answer", "keep"):
        answered(shop, asked, who, 40, keeps_sealed=step == "keep")
        return
    with inside(shop.organisation, who):
        if step == "forge":
            with transaction.atomic():
                sql("UPDATE instruments_round SET state = %s, ended_at = now() WHERE id = %s", target.value, asked.pk)
        elif step == "remark":
            actions.remark(round=asked, text="A word", by=who)
        elif step == "late":
            sql("UPDATE instruments_answer SET sealed = sealed, given_at = given_at WHERE round_id = %s", asked.pk)
        else:
            getattr(actions, step)(round=asked, by=who)


def seen(shop, asked):
    """The state, and for each of the two whose answers they find with raw SQL, with what is kept."""
    found = {}
    for who in shop.partners:
        with inside(shop.organisation, who):
            state = State(Round.objects.get(pk=asked.pk).state)
            found[who.pk] = dict(sql(
                    "SELECT s.member_id, a.keeps_sealed FROM instruments_answer a JOIN pairs_seat s ON s.id = a.seat_id"
                    " WHERE a.round_id = %s", asked.pk,
                ))  # fmt: skip
    return state, found


def test_no_history_shows_one_what_the_other_has_not_opened(north):
    shop = workshop(north)

    @settings(max_examples=40, deadline=None)
    @given(history=st.lists(STEPS, max_size=8))
    def live(history):
        asked = opened(shop, "power_map")
        given_by = {}
        for step, by_citizen, target in history:
            who = shop.citizen if by_citizen else shop.professional
            before, _found = seen(shop, asked)
            try:
                act(step, asked, who, shop, target)
                done = True
            except (DomainError, DatabaseError):
                done = False
            state, found = seen(shop, asked)
            if done and step in ("answer", "keep"):
                given_by[who.pk] = step == "keep"
            elif done and step == "show":
                given_by[who.pk] = False
            assert state in {before, *TRANSITIONS[before].values()}
            if state == State.REVEALED:
                assert given_by == {member.pk: False for member in shop.partners}
                assert found == dict.fromkeys(given_by, given_by)
            else:
                for member in shop.partners:
                    own = {member.pk: given_by[member.pk]} if member.pk in given_by else {}
                    assert found[member.pk] == own
            if len(given_by) == 2 and state not in (State.CLOSED, State.REVEALED):
                assert state == State.KEPT
                assert any(given_by.values())

    live()
