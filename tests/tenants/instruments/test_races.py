"""Both answer, or one answers while the other closes, at the very same moment, with real commits."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from psycopg import sql as names

from rollout.kernel.tenancy import tell
from rollout.organisations.models import Organisation
from tenants.instruments import actions
from tenants.instruments.models import Round
from tests.racing import PATIENCE, together, wait_for_somebody_in_line
from tests.world import inside, sql
from tests.world_instruments import answered, opened
from tests.world_projects import workshop

THREADS = 32
State = Round.State


@pytest.fixture
def shop(own_database):
    return workshop(Organisation.objects.get(slug="north"))


def outcome(shop, asked):
    """The state, how many answers one of the two finds, and how often it was opened according to the record."""
    with inside(shop.organisation, shop.citizen):
        state = Round.objects.get(pk=asked.pk).state
        answers = sql("SELECT count(*) FROM instruments_answer WHERE round_id = %s", asked.pk)[0][0]
        opened_at_all = sql(
            "SELECT count(*) FROM audit_event WHERE subject_id = %s AND action = 'round.revealed'", asked.pk
        )[0][0]
    return state, answers, opened_at_all


def test_32_answers_at_once_are_opened_exactly_once(shop):
    asked = opened(shop)
    works = [lambda who=who: answered(shop, asked, who).state for who in shop.partners * (THREADS // 2)]
    answers = together(*works)
    assert set(answers) <= {State.OPEN, State.REVEALED, "round_is_over", "answered_meanwhile"}
    assert outcome(shop, asked) == (State.REVEALED, 2, 1)


def closed(shop, asked, who):
    with inside(shop.organisation, who):
        return actions.close(round=asked, by=who).state


def test_the_last_answer_against_closing_has_exactly_one_outcome(shop):
    for threads in (THREADS, 4, 4):
        asked = answered(shop, opened(shop), shop.professional)
        works = [
            lambda asked=asked: answered(shop, asked, shop.citizen).state,
            lambda asked=asked: closed(shop, asked, shop.professional),
        ] * (threads // 2)
        found = together(*works)
        answers, closings = found[0::2], found[1::2]
        state, readable, opened_at_all = outcome(shop, asked)
        if state == State.REVEALED:
            assert (readable, opened_at_all) == (2, 1)
            assert State.REVEALED in answers
            assert set(answers) <= {State.REVEALED, "round_is_over", "answered_meanwhile"}
            assert set(closings) == {"round_is_over"}
        else:  # nobody's answer came in after it was closed
            assert (state, readable, opened_at_all) == (State.CLOSED, 0, 0)
            assert set(answers) == {"round_is_over"}
            assert sorted(closings) == [State.CLOSED, *["round_is_over"] * (len(closings) - 1)]


def test_without_the_lock_an_answer_comes_into_a_closed_round(shop, own_database):
    """The control: an answer that does not wait for whoever closes the round is taken, and stays unread for ever."""
    asked = answered(shop, opened(shop), shop.professional)
    is_closed = threading.Event()

    def close():
        with inside(shop.organisation, shop.professional):
            actions.close(round=asked, by=shop.professional)
            is_closed.set()
            wait_for_somebody_in_line()  # the answer is written by then, and waits for this to end

    def answer():
        is_closed.wait(PATIENCE)
        with inside(shop.organisation, shop.citizen):
            put(shop, asked, shop.citizen)

    with without_trigger(shop, own_database):
        assert together(close, answer) == [None, None]
    assert outcome(shop, asked) == (State.CLOSED, 1, 0)


@contextmanager
def without_trigger(shop, own_database):
    """Answers that nobody holds back."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=own_database, autocommit=True) as admin:
        table = names.Identifier(shop.organisation.schema_name, "instruments_answer")
        switch = names.SQL("ALTER TABLE {} {} TRIGGER answer_only_while_open")
        admin.execute(switch.format(table, names.SQL("DISABLE")))
        try:
            yield
        finally:
            admin.execute(switch.format(table, names.SQL("ENABLE")))


def test_two_starts_at_once_are_one(shop):
    works = [lambda who=who: opened(shop, by=who, occasion="baseline").state for who in shop.partners * (THREADS // 2)]
    found = together(*works)
    assert sorted(found) == ["baseline_stands"] * (THREADS - 1) + [State.OPEN]


def test_an_answer_waits_for_whoever_holds_the_round(shop):
    """The lock itself: while one partner answers, the other's answer stands in line."""
    asked = opened(shop)
    held, done = threading.Event(), threading.Event()

    def hold():
        with inside(shop.organisation, shop.professional):
            put(shop, asked, shop.professional)
            held.set()
            done.wait(PATIENCE)

    def second():
        held.wait(PATIENCE)
        try:
            with inside(shop.organisation, shop.citizen):
                tell("SET LOCAL lock_timeout = '200ms'")
                put(shop, asked, shop.citizen)
        finally:
            done.set()

    assert together(hold, second) == [None, "canceling statement due to lock timeout"]
    assert outcome(shop, asked)[0] == State.OPEN


def put(shop, asked, who):
    """An answer in raw SQL."""
    sql("INSERT INTO instruments_answer (id, pair_id, round_id, seat_id, sealed, keeps_sealed, given_at)"
        " SELECT %s, %s, %s, id, 'x', false, now() FROM pairs_seat WHERE member_id = %s",
        uuid.uuid4(), shop.pair.pk, asked.pk, who.pk)  # fmt: skip


def test_without_the_lock_two_answers_miss_each_other(shop, own_database):
    """The control: each counts the answers before the other has committed, so that neither opens the round."""
    asked = opened(shop)
    barrier = threading.Barrier(2)

    def careless(who):
        with inside(shop.organisation, who):
            put(shop, asked, who)
            barrier.wait(PATIENCE)

    with without_trigger(shop, own_database):
        assert together(*(lambda who=who: careless(who) for who in shop.partners)) == [None, None]
    assert outcome(shop, asked)[0] == State.OPEN
