"""Heard: said again by the other seat, accepted by the author, and by no other way."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.pairs import actions as pairs
from tenants.relationship import queries
from tenants.relationship.actions import differences
from tenants.relationship.models import DifferenceItem, Restatement
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_relationship import line, restated, shown

COUNT = "SELECT count(*) FROM relationship_differenceitem"


@pytest.fixture
def shop(north):
    return workshop(north)


def now(shop, item, who=None):
    with inside(shop.organisation, who or shop.professional):
        return DifferenceItem.objects.get(pk=item.pk)


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def by_hand(shop, who, statement, *parameters):
    """The database's reason against a statement of a partner with a console."""
    with inside(shop.organisation, who):
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            sql(statement, *parameters)
        return str(refusal.value)


def test_a_draft_is_its_authors_alone_and_its_record_is_silent(shop):
    line(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        assert sql(COUNT) == [(0,)]
        assert not Event.objects.filter(action__startswith="relationship.difference").exists()


def test_from_a_draft_to_heard(shop):
    item = restated(shop, shop.professional)
    assert now(shop, item, shop.citizen).state == "restated"
    with inside(shop.organisation, shop.professional):
        differences.correct(item=item, correction="Not laugh: look away.", by=shop.professional)
    assert now(shop, item).state == "corrected"
    with inside(shop.organisation, shop.citizen):
        differences.restate(item=item, text="You fear that we look away.", by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        differences.accept(item=item, by=shop.professional)
    assert (now(shop, item).state, now(shop, item).heard_at is None) == ("heard", False)
    with inside(shop.organisation, shop.citizen):
        assert [said.answer for said in Restatement.objects.all()] == ["corrected", "accepted"]
        assert queries.hearing_of(shop.citizen, shop.pair.pk).rate == 1
        said = list(Event.objects.filter(action__startswith="relationship.difference").order_by("seq"))
    assert [event.action.removeprefix("relationship.difference_") for event in said] == [
        "shown",
        "restated",
        "corrected",
        "restated",
        "heard",
    ]


def test_each_act_has_its_time_and_its_person(shop):
    item = line(shop, shop.professional)
    with inside(shop.organisation, shop.citizen), pytest.raises(NotPermitted):
        differences.restate(item=item, text="x", by=shop.citizen)
    refused("wrong_state", shop, shop.professional, differences.accept, item=item)
    with inside(shop.organisation, shop.professional):
        differences.show(item=item, by=shop.professional)
    refused("wrong_state", shop, shop.professional, differences.show, item=item)
    refused("wrong_state", shop, shop.professional, differences.accept, item=item)
    refused("own_words", shop, shop.professional, differences.restate, item=item, text="x")
    for act in (differences.accept, differences.take_back, differences.show):
        refused("not_the_author", shop, shop.citizen, act, item=item)
    refused("not_the_author", shop, shop.citizen, differences.correct, item=item, correction="x")
    with inside(shop.organisation, shop.citizen):
        differences.restate(item=item, text="x", by=shop.citizen)
    refused("wrong_state", shop, shop.citizen, differences.restate, item=item, text="x")
    edit = {"kind": "need", "text": "y", "not_for_restating": False}
    refused("wrong_state", shop, shop.professional, differences.edit, item=item, **edit)


def test_what_is_not_for_restating_is_read_and_that_is_all(shop):
    item = shown(shop, shop.professional, not_for_restating=True)
    assert now(shop, item, shop.citizen).text
    refused("not_for_restating", shop, shop.citizen, differences.restate, item=item, text="x")
    with inside(shop.organisation, shop.citizen):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0][0]
        assert queries.to_restate(shop.citizen).count() == 0
        assert queries.hearing_of(shop.citizen, shop.pair.pk).rate is None
    assert "no_such_step" in by_hand(shop, shop.citizen, RESTATE, seat)


RESTATE = (
    "INSERT INTO relationship_restatement (id, pair_id, seat_id, author_id, item_id, text, said_at, answer, correction)"
    " SELECT gen_random_uuid(), pair_id, %s, seat_id, id, 'x', now(), '', '' FROM relationship_differenceitem"
)


def test_nobody_is_heard_by_hand(shop):
    item = shown(shop, shop.professional)
    heard = "UPDATE relationship_differenceitem SET state = 'heard', heard_at = now()"
    assert "no_such_step" in by_hand(shop, shop.professional, heard)
    assert "no_such_step" in by_hand(shop, shop.citizen, heard) or "not_the_author" in by_hand(
        shop, shop.citizen, heard
    )
    restate = "UPDATE relationship_differenceitem SET state = 'restated'"
    assert "restatement_needed" in by_hand(shop, shop.professional, restate)
    assert "restatement_needed" in by_hand(shop, shop.citizen, restate)
    with inside(shop.organisation, shop.professional):
        mine = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
    assert "not_the_partner" in by_hand(shop, shop.professional, RESTATE, mine)
    with inside(shop.organisation, shop.citizen):
        differences.restate(item=item, text="You fear it.", by=shop.citizen)
    assert "restatement_needed" in by_hand(shop, shop.professional, heard)
    assert "not_the_author" in by_hand(shop, shop.citizen, heard)
    with inside(shop.organisation, shop.citizen):  # whose words it is not cannot accept it
        sql("UPDATE relationship_restatement SET answer = 'accepted', answered_at = now()")
        assert sql("SELECT answer FROM relationship_restatement") == [("",)]
    assert now(shop, item).state == "restated"


@pytest.mark.parametrize("change", ["text = 'Changed'", "kind = 'need'", "shown_to_id = NULL", "state = 'draft'"])
def test_the_partner_changes_nothing_of_it(shop, change):
    item = shown(shop, shop.professional)
    assert "not_the_author" in by_hand(shop, shop.citizen, f"UPDATE relationship_differenceitem SET {change}")
    assert now(shop, item).state == "shown"


def test_an_answer_is_given_once(shop):
    item = restated(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        differences.accept(item=item, by=shop.professional)
    refused("wrong_state", shop, shop.professional, differences.correct, item=item, correction="x")
    again = "UPDATE relationship_restatement SET answer = 'corrected'"
    assert "no_such_step" in by_hand(shop, shop.professional, again)
    rewrite = "UPDATE relationship_restatement SET text = 'x'"
    assert "permission denied" in by_hand(shop, shop.professional, rewrite)


def test_what_was_heard_is_not_rewritten(shop):
    item = restated(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        differences.accept(item=item, by=shop.professional)
    changed = "UPDATE relationship_differenceitem SET text = 'Something else'"
    assert "no_such_step" in by_hand(shop, shop.professional, changed)


def test_taken_back_it_is_a_draft_again_and_an_old_answer_counts_for_nothing(shop):
    item = restated(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        differences.take_back(item=item, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        assert sql(COUNT) == [(0,)]
        assert [said.answer for said in Restatement.objects.all()] == ["lapsed"]
        assert queries.to_restate(shop.citizen).count() == 0
    with inside(shop.organisation, shop.professional):
        differences.show(item=item, by=shop.professional)
    heard = "UPDATE relationship_differenceitem SET state = 'heard', heard_at = now()"
    assert "no_such_step" in by_hand(shop, shop.professional, heard)


def test_it_is_shown_to_the_partner_of_this_pair_alone(shop):
    line(shop, shop.professional)
    stranger = world.member(shop.organisation, "Sam Stranger")
    world.founded(shop.organisation, stranger)
    with inside(shop.organisation, stranger):
        outside = sql("SELECT id FROM pairs_seat WHERE member_id = %s", stranger.pk)[0][0]
    show = "UPDATE relationship_differenceitem SET state = 'shown', shown_at = now(), shown_to_id = "
    assert "not_the_partner" in by_hand(shop, shop.professional, f"{show} %s", outside)
    assert "not_the_partner" in by_hand(shop, shop.professional, f"{show} seat_id")


def test_a_successor_finds_neither_what_the_leaver_wrote_nor_what_was_shown_to_them(shop):
    theirs, mine = shown(shop, shop.citizen), restated(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
        assert sql(COUNT) == [(0,)]
    refused("no_partner", shop, shop.professional, differences.restate, item=theirs, text="x")
    successor = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Sue Successor")
    with inside(shop.organisation, successor):
        assert sql(COUNT) == [(0,)]
        assert sql("SELECT count(*) FROM relationship_restatement") == [(0,)]
    with inside(shop.organisation, shop.professional):
        assert sql(COUNT) == [(2,)]
        differences.take_back(item=mine, by=shop.professional)
        differences.show(item=mine, by=shop.professional)
    with inside(shop.organisation, successor):
        assert sql(COUNT) == [(1,)]
        assert sql("SELECT count(*) FROM relationship_restatement") == [(0,)]


def test_what_was_answered_by_hand_is_refused_with_a_sentence(shop):
    item = restated(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        sql("UPDATE relationship_restatement SET answer = 'accepted', answered_at = now()")
        for answer in (differences.accept, lambda **said: differences.correct(correction="No.", **said)):
            with pytest.raises(DomainError) as refused:
                answer(item=item, by=shop.professional)
            assert refused.value.code == "wrong_state"
