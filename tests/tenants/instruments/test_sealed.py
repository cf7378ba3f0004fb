"""What one partner answered is unreadable by the other until both have answered, whoever asks and however."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.instruments import actions, queries
from tenants.instruments.definition import Said
from tenants.instruments.models import Answer, Round
from tenants.pairs import actions as pairs
from tests import world
from tests.world import inside, sql
from tests.world_instruments import answered, opened, revealed, values_of
from tests.world_projects import workshop

State = Round.State


@pytest.fixture
def shop(north):
    return workshop(north)


def refused(statement, *parameters):
    """Raw SQL that must fail; why."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *parameters)
    return str(refusal.value)


def read_by(shop, who, asked):
    """The numbers that somebody finds with raw SQL and opens with the service's key."""
    with inside(shop.organisation, who):
        rows = sql("SELECT id, sealed FROM instruments_answer WHERE round_id = %s ORDER BY given_at", asked.pk)
        return [set(queries.opened(sealed, pk).values.values()) for pk, sealed in rows]


def test_the_first_answer_is_read_by_its_author_alone_and_both_appear_with_the_second(shop):
    asked = opened(shop)
    assert answered(shop, asked, shop.professional, 6).state == State.OPEN
    assert (read_by(shop, shop.professional, asked), read_by(shop, shop.citizen, asked)) == ([{6}], [])
    assert answered(shop, asked, shop.citizen, 2).state == State.REVEALED
    assert read_by(shop, shop.professional, asked) == read_by(shop, shop.citizen, asked) == [{6}, {2}]


def test_nothing_tells_the_partner_that_one_has_answered(shop):
    def trace():
        with inside(shop.organisation, shop.citizen):
            rounds = sql("SELECT * FROM instruments_round")
            events = list(Event.objects.order_by("at").values_list("action", flat=True))
            return rounds, sql("SELECT count(*) FROM instruments_answer"), events

    asked = opened(shop)
    before = trace()
    answered(shop, asked, shop.professional)
    answered(shop, asked, shop.professional, 2)
    assert trace() == before
    assert before[2][-1] == "round.opened"


def test_what_stands_in_the_database_is_sealed_for_its_row(shop):
    asked = answered(shop, opened(shop), shop.professional, lines={"trust": "Zwetschgen"})
    with inside(shop.organisation, shop.professional):
        held = Answer.objects.get()
        assert "Zwetschgen" not in held.sealed
        assert queries.said_in(held).lines == {"trust": "Zwetschgen"}
        with pytest.raises(DomainError):
            queries.opened(held.sealed, asked.pk)


def test_an_answer_can_be_changed_until_both_have_answered_and_never_after(shop):
    asked = opened(shop)
    answered(shop, asked, shop.professional, 6)
    answered(shop, asked, shop.professional, 4)
    answered(shop, asked, shop.citizen, 2)
    assert read_by(shop, shop.citizen, asked) == [{4}, {2}]
    with pytest.raises(DomainError, match="round_is_over"):
        answered(shop, asked, shop.professional, 7)
    with inside(shop.organisation, shop.professional):
        assert "round_is_over" in refused("UPDATE instruments_answer SET sealed = 'x' WHERE round_id = %s", asked.pk)
        sql("DELETE FROM instruments_answer")
        assert sql("SELECT count(*) FROM instruments_answer") == [(2,)]


def test_nobody_opens_or_closes_a_round_by_hand(shop):
    asked = opened(shop)
    answered(shop, asked, shop.professional)
    with inside(shop.organisation, shop.citizen):
        assert "permission denied" in refused("UPDATE instruments_round SET state = 'revealed', ended_at = now()")
        sql("DELETE FROM instruments_round")
        assert Round.objects.get().state == State.OPEN


def test_nobody_answers_for_the_partner(shop):
    asked = opened(shop)
    with inside(shop.organisation, shop.citizen):
        (other,) = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0]
        assert "row-level security" in refused(
            "INSERT INTO instruments_answer (id, pair_id, round_id, seat_id, sealed, keeps_sealed, given_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'x', false, now())", shop.pair.pk, asked.pk, other,
        )  # fmt: skip


def test_a_round_that_closes_half_answered_tells_nobody_who_missed_it(shop):
    asked = answered(shop, opened(shop), shop.professional, 6)
    with inside(shop.organisation, shop.citizen):
        assert actions.close(round=asked, by=shop.citizen).state == State.CLOSED
    assert (read_by(shop, shop.professional, asked), read_by(shop, shop.citizen, asked)) == ([{6}], [])
    for who in shop.partners:
        with pytest.raises(DomainError, match="round_is_over"):
            answered(shop, asked, who)
        with inside(shop.organisation, who), pytest.raises(DomainError, match="round_is_over"):
            actions.close(round=asked, by=who)


def test_a_round_is_over_when_its_day_is_over_in_sql_too(shop):
    asked = answered(shop, opened(shop), shop.professional)
    with clock.at(clock.now() + timedelta(days=16)):
        with pytest.raises(DomainError, match="round_is_over"):
            answered(shop, asked, shop.citizen)
        with inside(shop.organisation, shop.professional):
            assert "round_is_over" in refused("UPDATE instruments_answer SET given_at = now()")
            assert "round_is_over" in refused("SELECT close_round(%s)", asked.pk)
        opened(shop)
        with inside(shop.organisation, shop.citizen):
            assert Round.objects.get(pk=asked.pk).state == State.CLOSED


def test_a_private_instrument_is_read_by_its_author_alone_for_ever(shop):
    asked = opened(shop, "capability")
    assert answered(shop, asked, shop.professional).state == State.KEPT
    for who in (shop.citizen, world.member(shop.organisation, "Nora Nobody", "facilitator")):
        with inside(shop.organisation, who):
            assert sql("SELECT count(*) FROM instruments_round") == [(0,)]
            assert sql("SELECT count(*) FROM instruments_answer") == [(0,)]
            assert not Event.objects.filter(action__startswith="round.").exists()
            with pytest.raises(NotPermitted):
                actions.answer(round=asked, values={}, by=who)


def test_a_power_map_may_stay_sealed_and_then_each_reads_only_their_own(shop):
    asked = opened(shop, "power_map")
    answered(shop, asked, shop.professional, 30, keeps_sealed=True)
    assert answered(shop, asked, shop.citizen, 60).state == State.KEPT
    assert (read_by(shop, shop.professional, asked), read_by(shop, shop.citizen, asked)) == ([{30}], [{60}])
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="nothing_to_open"):
        actions.show(round=asked, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert "round_is_over" in refused("UPDATE instruments_answer SET sealed = 'x', keeps_sealed = false")
        assert actions.show(round=asked, by=shop.professional).state == State.REVEALED
    assert read_by(shop, shop.citizen, asked) == [{30}, {60}]


def test_a_check_in_cannot_be_kept_sealed(shop):
    with pytest.raises(DomainError, match="cannot_keep_sealed"):
        answered(shop, opened(shop), shop.professional, keeps_sealed=True)


def test_a_revealed_start_is_never_replaced_while_these_two_are_together(shop):
    first = revealed(shop, occasion="baseline")
    with pytest.raises(DomainError, match="baseline_stands"):
        opened(shop, occasion="baseline")
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="baseline_stands"):
        actions.answer_again(round=first, by=shop.citizen)


def test_a_start_that_closed_unopened_may_be_asked_again(shop):
    asked = opened(shop, occasion="baseline")
    with inside(shop.organisation, shop.citizen):
        actions.close(round=asked, by=shop.citizen)
    assert opened(shop, occasion="baseline").state == State.OPEN


def test_a_successor_never_reads_what_was_said_before_and_may_have_a_start_of_their_own(shop):
    first, waiting = revealed(shop, occasion="baseline"), opened(shop)
    answered(shop, waiting, shop.citizen)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert Round.objects.get(pk=waiting.pk).state == State.CLOSED
    successor = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Sana Successor")
    with inside(shop.organisation, successor):
        assert sql("SELECT count(*) FROM instruments_round") == [(0,)]
        assert sql("SELECT count(*) FROM instruments_answer") == [(0,)]
    again = opened(shop, occasion="baseline")
    answered(shop, again, shop.professional)
    answered(shop, again, successor)
    assert len(read_by(shop, successor, again)) == 2
    assert len(read_by(shop, shop.professional, first)) == 2
    with inside(shop.organisation, shop.citizen):  # who has left reads nothing here any more
        assert sql("SELECT count(*) FROM instruments_answer") == [(0,)]


def test_a_correction_is_a_round_of_its_own_that_names_the_old_one(shop):
    first = revealed(shop, "dialogue", about="Tuesday")
    with inside(shop.organisation, shop.citizen):
        again = actions.answer_again(round=first, by=shop.citizen)
        assert (again.replaces_id, again.about, again.state) == (first.pk, "Tuesday", State.OPEN)
        with pytest.raises(DomainError, match="asked_again"):
            actions.answer_again(round=first, by=shop.citizen)
    assert read_by(shop, shop.citizen, first) == [{5}, {3}]


def test_remarks_come_after_the_answers_and_never_before(shop):
    asked = opened(shop)
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="wrong_state"):
        actions.remark(round=asked, text="Early", by=shop.citizen)
    with inside(shop.organisation, shop.citizen):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0][0]
        assert "row-level security" in refused(
            "INSERT INTO instruments_remark (id, pair_id, round_id, seat_id, text, made_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'Early', now())", shop.pair.pk, asked.pk, seat,
        )  # fmt: skip
    for who in shop.partners:
        answered(shop, asked, who)
    with inside(shop.organisation, shop.citizen):
        actions.remark(round=asked, text="Let us talk about trust.", by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert [found.text for found in queries.remarks_to(shop.professional, asked)] == ["Let us talk about trust."]


def test_a_round_for_two_needs_two(shop):
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with pytest.raises(DomainError, match="no_partner"):
        opened(shop)
    assert opened(shop, "capability").citizen_seat_id is None


def test_felt_heard_is_answered_alone(shop):
    asked = opened(shop, "voice")
    with inside(shop.organisation, shop.citizen):
        with pytest.raises(DomainError, match="felt_heard_alone"):
            actions.answer(round=asked, values={"talking": 5}, felt_heard=4, by=shop.citizen)
        actions.answer(round=asked, values={}, felt_heard=4, by=shop.citizen)
        assert queries.said_in(queries.own_answer(shop.citizen, asked)) == Said({}, {}, 4)


def test_another_pair_finds_nothing(shop):
    asked = revealed(shop)
    _pair, other, _ = world.hidden_pair(shop.organisation, title="Another pair")
    with inside(shop.organisation, other):
        assert [sql(f"SELECT count(*) FROM instruments_{name}") for name in ("round", "answer")] == [[(0,)]] * 2
        with pytest.raises(NotPermitted):
            actions.answer(round=asked, values=values_of(queries.definition_for(other, "check_in", 1)), by=other)
