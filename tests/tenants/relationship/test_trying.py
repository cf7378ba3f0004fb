"""What two people assume, prepare and try, and why there was no time."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.instruments.actions import rounds
from tenants.pairs import actions as pairs
from tenants.relationship import actions, queries
from tenants.relationship.actions import trying
from tenants.relationship.models import Assumption, Experiment, HardConversation, TimeReason
from tenants.workplan.actions import plan
from tests import world
from tests.world import inside, sql
from tests.world_instruments import opened
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop
from tests.world_relationship import assumed, prepared, tried


@pytest.fixture
def shop(north):
    return workshop(north)


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def by_hand(shop, who, statement, *parameters):
    with inside(shop.organisation, who):
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            sql(statement, *parameters)
        return str(refusal.value)


def count(shop, who, table):
    with inside(shop.organisation, who):
        return sql(f"SELECT count(*) FROM relationship_{table}")[0][0]


def recorded(shop):
    with inside(shop.organisation, shop.citizen):
        found = Event.objects.order_by("seq").values_list("action", flat=True)
        return [action for action in found if "hard_conversation" in action or "reason" in action]


def test_an_assumption_is_closed_with_a_result_and_who_saw_it(shop):
    made = assumed(shop, shop.professional)
    for lacking in ("result", "evidence", "seen_by"):
        said = {"result": "held", "evidence": "Eight of ten did.", "seen_by": "Cora"} | {lacking: ""}
        refused("result_needed", shop, shop.citizen, trying.close, assumption=made, **said)
    closed = "UPDATE relationship_assumption SET closed_at = now(), result = 'held', evidence = 'x'"
    assert "assumption_closed_with_result_and_witness" in by_hand(shop, shop.citizen, closed)
    with inside(shop.organisation, shop.citizen):
        trying.close(assumption=made, result="changed", evidence="Two of ten.", seen_by="Cora", by=shop.citizen)
        assert Assumption.objects.get().result == "changed"
    again = {"result": "held", "evidence": "x", "seen_by": "y"}
    refused("wrong_state", shop, shop.professional, trying.close, assumption=made, **again)
    assert "no_such_step" in by_hand(shop, shop.citizen, "UPDATE relationship_assumption SET closed_at = NULL")


def test_the_words_of_an_assumption_are_its_authors(shop):
    made = assumed(shop, shop.professional)
    other = {"text": "x", "test": "y", "due_on": clock.today()}
    refused("not_the_author", shop, shop.citizen, trying.edit_assumption, assumption=made, **other)
    assert "not_the_author" in by_hand(shop, shop.citizen, "UPDATE relationship_assumption SET text = 'x'")


def test_an_assumption_whose_day_has_come_waits_for_both(shop):
    assumed(shop, shop.professional, days_ahead=0)
    assumed(shop, shop.professional, days_ahead=1)
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            assert queries.tests_due(partner).count() == 1


def test_a_preparation_is_its_authors_until_it_is_shared_and_after_it_is_not_any_more(shop):
    made = prepared(shop, shop.professional)
    assert count(shop, shop.citizen, "hardconversation") == 0
    assert recorded(shop) == []
    with inside(shop.organisation, shop.professional):
        trying.share(conversation=made, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        found = HardConversation.objects.get()
        with pytest.raises(NotPermitted):
            trying.unshare(conversation=found, by=shop.citizen)
        sql("UPDATE relationship_hardconversation SET before = 'x'")
        assert HardConversation.objects.get().before == "Breathe."
    with inside(shop.organisation, shop.professional):
        for _twice in range(2):
            trying.unshare(conversation=made, by=shop.professional)
    assert count(shop, shop.citizen, "hardconversation") == 0
    assert recorded(shop) == ["relationship.hard_conversation_shared", "relationship.hard_conversation_unshared"]


def test_it_asks_what_was_learned(shop):
    made = prepared(shop, shop.professional)
    refused("learning_needed", shop, shop.professional, trying.look_back, conversation=made, learned=" ", after="x")
    with inside(shop.organisation, shop.professional):
        trying.look_back(conversation=made, learned="To wait.", after="", by=shop.professional)
        assert HardConversation.objects.get().held_at is not None
    held = "UPDATE relationship_hardconversation SET learned = ''"
    assert "conversation_held_with_what_was_learned" in by_hand(shop, shop.professional, held)


def test_only_the_five_words_make_it_hard(shop):
    prepared(shop, shop.professional)
    assert len(HardConversation.Tag.values) == 5
    odd = "UPDATE relationship_hardconversation SET tags = '{winning}'"
    assert "conversation_tags_are_known" in by_hand(shop, shop.professional, odd)


@pytest.mark.parametrize("table", ["hardconversation", "timereason"])
def test_it_is_shared_with_the_partner_of_this_pair_alone(shop, table):
    prepared(shop, shop.professional)
    why(shop, shop.professional, assumed(shop, shop.professional))
    stranger = world.member(shop.organisation, "Sam Stranger")
    world.founded(shop.organisation, stranger)
    with inside(shop.organisation, stranger):
        outside = sql("SELECT id FROM pairs_seat WHERE member_id = %s", stranger.pk)[0][0]
    share = f"UPDATE relationship_{table} SET shown_to_id ="
    assert "not_the_partner" in by_hand(shop, shop.professional, f"{share} %s", outside)
    assert "not_the_partner" in by_hand(shop, shop.professional, f"{share} seat_id")


def test_a_card_is_the_pairs_and_its_authors_to_change(shop):
    made = tried(shop, shop.professional)
    assert count(shop, shop.citizen, "experiment") == 1
    with inside(shop.organisation, shop.citizen), pytest.raises(NotPermitted):
        trying.finish(experiment=made, happened="x", by=shop.citizen)
    refused("result_needed", shop, shop.professional, trying.finish, experiment=made, happened=" ")
    with inside(shop.organisation, shop.professional):
        trying.finish(experiment=made, happened="It failed.", by=shop.professional)
        assert Experiment.objects.get().finished_at is not None
    for act, said in ((trying.finish, {"happened": "y"}), (trying.edit_experiment, {"attempt": "x", "limit": "y"})):
        refused("wrong_state", shop, shop.professional, act, experiment=made, **said)
    assert "no_such_step" in by_hand(shop, shop.professional, "UPDATE relationship_experiment SET attempt = 'x'")


# Why there was no time


def why(shop, who, subject, first="no_time", second="", kind="assumption"):
    with inside(shop.organisation, who):
        return actions.say_why(pair=shop.pair, kind=kind, subject=subject.pk, first=first, second=second, by=who)


def test_the_second_answer_is_ones_own_until_it_is_shared(shop):
    about = assumed(shop, shop.professional)
    made = why(shop, shop.professional, about, second="disagree")
    assert count(shop, shop.citizen, "timereason") == 0
    assert recorded(shop) == []
    with inside(shop.organisation, shop.professional):
        actions.share_why(reason=made, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        assert TimeReason.objects.get().second == "disagree"
    why(shop, shop.professional, about, second="worried")
    assert count(shop, shop.citizen, "timereason") == 0, "another answer is one's own again"
    with inside(shop.organisation, shop.professional):
        actions.share_why(reason=made, by=shop.professional)
        actions.unshare_why(reason=made, by=shop.professional)
    assert count(shop, shop.citizen, "timereason") == 0
    assert count(shop, shop.professional, "timereason") == 1


def test_left_open_it_is_not_said(shop):
    assert why(shop, shop.citizen, assumed(shop, shop.professional)).second == "not_said"


@pytest.mark.parametrize("first", ["access", "other"])
def test_nothing_is_asked_behind_illness_caring_or_another_reason(shop, first):
    about = assumed(shop, shop.professional)
    assert why(shop, shop.citizen, about, first).second == ""
    said = {"pair": shop.pair, "kind": "assumption", "subject": about.pk, "first": first, "second": "priority"}
    refused("no_second_question", shop, shop.citizen, actions.say_why, **said)
    probe = "UPDATE relationship_timereason SET second = 'priority'"
    assert "time_reason_second_iff_no_time" in by_hand(shop, shop.citizen, probe)


def test_a_round_and_a_task_of_the_plan_can_be_what_there_was_no_time_for(shop, browser_of):
    accepted(*shop.partners)
    asked = opened(shop, by=shop.citizen)
    with inside(shop.organisation, shop.citizen):
        task = plan.add_task(pair=shop.pair, text="Ring the library", by=shop.citizen)
        plan.move(line=task, to="dropped", by=shop.citizen)
        rounds.close(round=asked, by=shop.citizen)
    client, place = browser_of(shop.citizen, shop.organisation), f"/pairs/{shop.pair.pk}/"
    asks = {f"{place}plan/": f"{place}why/plantask/{task.pk}/", f"{place}questions/{asked.pk}/":
            f"{place}why/round/{asked.pk}/"}  # fmt: skip
    for page, question in asks.items():
        assert f'href="{question}"' in text_of(client.get(page))
        assert client.post(question, {"first": "no_time", "second": "worried"}).url == page
    alone = opened(shop, "capability", by=shop.professional)
    assert client.get(f"{place}why/round/{alone.pk}/").status_code == 404
    with inside(shop.organisation, shop.citizen):
        assert sorted(TimeReason.objects.values_list("kind", "second")) == [
            ("plantask", "worried"), ("round", "worried"),
        ]  # fmt: skip


def test_what_one_does_not_see_and_what_nobody_named_is_not_found(shop):
    for kind, subject in (("assumption", uuid.uuid4()), ("nothing", assumed(shop, shop.professional).pk)):
        with inside(shop.organisation, shop.citizen), pytest.raises(NotPermitted):
            actions.say_why(pair=shop.pair, kind=kind, subject=subject, first="other", by=shop.citizen)


def test_the_partner_who_left_reads_nothing_and_a_successor_neither(shop):
    made = prepared(shop, shop.professional)
    reason = why(shop, shop.professional, assumed(shop, shop.professional))
    with inside(shop.organisation, shop.professional):
        trying.share(conversation=made, by=shop.professional)
        actions.share_why(reason=reason, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    successor = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Sue Successor")
    for who in (shop.citizen, successor):
        assert (count(shop, who, "hardconversation"), count(shop, who, "timereason")) == (0, 0)
    with inside(shop.organisation, shop.professional):
        trying.share(conversation=made, by=shop.professional)
    assert count(shop, successor, "hardconversation") == 1
