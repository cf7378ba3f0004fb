"""The pull to the task, out of the pair's own record, and the card that proposes twenty minutes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit.models import Event
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.relationship import policy, queries
from tenants.relationship.actions import balance
from tenants.relationship.models import Minutes, PauseAnswer, Sprint
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop

DAY = timedelta(days=1)


@pytest.fixture
def shop(north):
    return workshop(north)


def moment(day, hour=12):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def did(shop, day, code, times):
    """Acts of the pair on a day, as the record keeps them."""
    with clock.at(moment(day)), inside(shop.organisation, shop.professional):
        for _time in range(times):
            sql("SELECT audit_append(%s, NULL, '{}'::jsonb, %s)", code, shop.pair.pk)


def pulled_twice(shop):
    for start in policy.finished_fortnights(clock.today()):
        did(shop, start + DAY, "decision.edited", 8)


def has_card(shop, who=None):
    who = who or shop.citizen
    with inside(shop.organisation, who):
        return queries.pause_for(who, shop.pair.pk) is not None


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def test_two_fortnights_far_on_the_side_of_the_task_bring_a_card_to_both(shop):
    older, newer = policy.finished_fortnights(clock.today())
    did(shop, older, "decision.edited", 8)
    assert not has_card(shop)
    did(shop, newer, "result.edited", 7)
    assert not has_card(shop)
    did(shop, newer + 13 * DAY, "plan.done", 1)
    assert has_card(shop)
    assert has_card(shop, shop.professional)
    did(shop, newer, "pair_reflection.written", 2)
    assert not has_card(shop)


def test_unknown_codes_and_the_present_fortnight_count_for_nothing(shop):
    older, newer = policy.finished_fortnights(clock.today())
    for start in (older, newer):
        did(shop, start, "decision.edited", 7)
        did(shop, start, "pair.renamed", 9)
    did(shop, newer + policy.FORTNIGHT, "decision.edited", 30)
    did(shop, older - DAY, "decision.edited", 30)
    assert not has_card(shop)
    with inside(shop.organisation, shop.citizen):
        found = queries.fortnights_of(shop.citizen, shop.pair.pk)
    assert [(one.task, one.relationship) for one in found[-2:]] == [(7, 0), (7, 0)]
    assert (found[-3].task, len(found)) == (30, queries.FORTNIGHTS)
    assert found[-1].balance == policy.Balance.NOT_ENOUGH


def test_what_was_put_off_or_left_is_nothing_done_for_each_other(shop):
    pulled_twice(shop)
    older, newer = policy.finished_fortnights(clock.today())
    for start in (older, newer):
        for code in ("pair_reflection.missed", "pair_reflection.moved", "round.closed"):
            did(shop, start, code, 2)
    assert has_card(shop)
    with inside(shop.organisation, shop.citizen):
        assert queries.fortnights_of(shop.citizen, shop.pair.pk)[-1].relationship == 0
    did(shop, newer, "round.revealed", 2)
    assert not has_card(shop)


def test_nobody_else_sees_it(shop):
    pulled_twice(shop)
    lead = world.lead(shop.organisation)
    stranger = world.member(shop.organisation, "Sam Stranger")
    for who, hat in ((lead, Role.ROLLOUT_LEAD), (stranger, "partner"), (shop.professional, Role.SPONSOR)):
        with inside(shop.organisation, who, hat):
            assert queries.pulled(who).count() == 0
            assert sum(one.task for one in queries.fortnights_of(who, shop.pair.pk)) == 0


def test_the_question_of_the_home_page_answers_as_the_table_does(shop):
    older, newer = policy.finished_fortnights(clock.today())
    with inside(shop.organisation, shop.professional):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]

    def tell(day, task, relationship):
        sql("INSERT INTO relationship_minutes (id, pair_id, seat_id, \"on\", task, relationship)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)", shop.pair.pk, seat, day, task, relationship)  # fmt: skip

    few = st.integers(0, 12)

    @settings(max_examples=40, deadline=None)
    @given(st.tuples(few, few, few, few), st.tuples(*[st.integers(0, 200)] * 4))
    def agree(acts, minutes):
        with inside(shop.organisation, shop.professional), transaction.atomic():
            for day, code, number in (
                (older, "decision.x", acts[0]), (older + 13 * DAY, "pair_reflection.x", acts[1] // 4),
                (newer, "result.x", acts[2]), (newer + 5 * DAY, "relationship.x", acts[3] // 4),
            ):  # fmt: skip
                with clock.at(moment(day)):
                    sql(shop.organisation.place(shop.professional.pk).statement())
                    for _time in range(number):
                        sql("SELECT audit_append(%s, NULL, '{}'::jsonb, %s)", code, shop.pair.pk)
            sql(shop.organisation.place(shop.professional.pk).statement())
            tell(older + DAY, minutes[0], minutes[1] // 4)
            tell(newer + DAY, minutes[2], minutes[3] // 4)
            found = queries.fortnights_of(shop.professional, shop.pair.pk)
            expected = policy.wants_pause(found[-2], found[-1], in_sprint=False)
            assert queries.pulled(shop.professional).exists() == expected
            transaction.set_rollback(True)

    agree()


@pytest.mark.parametrize("answer", PauseAnswer.Answer.values)
def test_one_answer_is_enough_until_the_next_fortnight(shop, answer):
    pulled_twice(shop)
    with inside(shop.organisation, shop.citizen):
        balance.answer_pause(pair=shop.pair, answer=answer, by=shop.citizen)
    assert not has_card(shop, shop.professional)
    refused("no_pause_card", shop, shop.professional, balance.answer_pause, pair=shop.pair, answer=answer)
    with inside(shop.organisation, shop.professional):
        assert Event.objects.filter(action=f"balance.pause_{answer}").count() == 1
    with clock.at(clock.now() + policy.FORTNIGHT):
        did(shop, policy.finished_fortnights(clock.today())[1], "decision.edited", 8)
        assert has_card(shop)


def test_a_pair_at_rest_is_left_in_peace(shop):
    shop.task(signed_by=shop.partners)
    pulled_twice(shop)
    assert has_card(shop)
    with inside(shop.organisation, shop.citizen):
        pairs.pause(pair=Pair.objects.get(pk=shop.pair.pk), by=shop.citizen)
    assert not has_card(shop)


def in_a_sprint(shop, days=7):
    with inside(shop.organisation, shop.professional):
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + days * DAY, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        balance.agree_sprint(pair=shop.pair, by=shop.citizen)


def test_a_sprint_of_two_keys_silences_the_card_and_one_key_ends_it(shop):
    pulled_twice(shop)
    with inside(shop.organisation, shop.professional):
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + DAY, by=shop.professional)
    assert has_card(shop), "one key is a proposal"
    refused("two_keys_needed", shop, shop.professional, balance.agree_sprint, pair=shop.pair)
    with inside(shop.organisation, shop.citizen):
        balance.agree_sprint(pair=shop.pair, by=shop.citizen)
    assert not has_card(shop)
    refused("in_a_sprint", shop, shop.citizen, balance.propose_sprint, pair=shop.pair, ends_on=clock.today())
    with inside(shop.organisation, shop.professional):
        balance.end_sprint(pair=shop.pair, by=shop.professional)
        assert Sprint.objects.get().ended_at is not None
    refused("no_sprint", shop, shop.citizen, balance.end_sprint, pair=shop.pair)


def test_a_sprint_has_an_end(shop):
    in_a_sprint(shop)
    with clock.at(clock.now() + 4 * policy.FORTNIGHT):  # both fortnights that are over began after its last day
        pulled_twice(shop)
        assert has_card(shop)
        refused("no_sprint", shop, shop.citizen, balance.agree_sprint, pair=shop.pair)
        in_a_sprint(shop)
        assert not has_card(shop)


@pytest.mark.parametrize("days", [-1, 43])
def test_a_sprint_lasts_six_weeks_at_most(shop, days):
    ends_on = clock.today() + days * DAY
    refused("sprint_too_long", shop, shop.citizen, balance.propose_sprint, pair=shop.pair, ends_on=ends_on)


def test_nobody_gives_the_second_key_by_hand_in_the_others_name(shop):
    with inside(shop.organisation, shop.professional):
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + DAY, by=shop.professional)
        theirs = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0][0]
        for seat in ("seat_id", f"'{theirs}'"):
            with pytest.raises(DatabaseError, match="two_keys"), transaction.atomic():
                sql(f"UPDATE relationship_sprint SET agreed_by_id = {seat}, agreed_at = now()")
        balance.end_sprint(pair=shop.pair, by=shop.professional)
    over = pytest.raises(DatabaseError, match="no_such_step")
    with inside(shop.organisation, shop.citizen), over, transaction.atomic():
        sql("UPDATE relationship_sprint SET ended_at = NULL")


def test_minutes_said_again_replace_the_first(shop):
    for task in (60, 90):
        with inside(shop.organisation, shop.citizen):
            balance.tell_minutes(pair=shop.pair, on=clock.today(), task=task, relationship=20, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert list(Minutes.objects.values_list("task", "relationship")) == [(90, 20)]
    ahead = {"on": clock.today() + DAY, "task": 1, "relationship": 1}
    refused("date_is_ahead", shop, shop.citizen, balance.tell_minutes, pair=shop.pair, **ahead)
