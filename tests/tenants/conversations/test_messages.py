"""Two people write to each other: nobody else reads it, not even who sits there later."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.conversations import actions, queries, waiting
from tenants.conversations.models import Message, ReadMark
from tenants.pairs import actions as pairs
from tenants.pairs import home
from tests import world
from tests.world import inside, sql
from tests.world_meetings import written
from tests.world_projects import workshop

SENT = (
    "INSERT INTO conversations_message (id, pair_id, subject_kind, subject_id, seat_id, to_id, text, sent_at)"
    " VALUES (gen_random_uuid(), %s, 'pair', %s, %s, %s, 'x', security.now() + %s::interval)"
)


@pytest.fixture
def shop(north):
    return workshop(north)


def seats(shop):
    with inside(shop.organisation, shop.professional):
        found = dict(sql("SELECT member_id, id FROM pairs_seat WHERE pair_id = %s AND left_at IS NULL", shop.pair.pk))
    return found[shop.professional.pk], found[shop.citizen.pk]


def refused(statement, *parameters):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *parameters)
    return str(refusal.value)


def waits(shop, who):
    with inside(shop.organisation, who):
        return [found.title for found in home.waiting_for(who) if "from your partner" in found.title]


def test_both_read_what_either_wrote_in_its_order(shop):
    for who, text in ((shop.professional, "One"), (shop.citizen, " Two\r\nlines "), (shop.professional, "Three")):
        written(shop, who, text)
    for who in shop.partners:
        with inside(shop.organisation, who):
            assert [found.text for found in queries.talk_of(who, shop.pair.pk)] == ["One", "Two\nlines", "Three"]


def test_nothing_is_written_to_nobody_and_nothing_is_no_message(north, shop):
    lonely = world.founded(north, shop.professional, title="Lonely")
    with inside(north, shop.professional):
        pair = type(shop.pair).objects.get(pk=lonely)
        with pytest.raises(DomainError, match="nobody_there"):
            actions.write(pair=pair, text="Hello?", by=shop.professional)
        with pytest.raises(DomainError, match="nothing_written"):
            actions.write(pair=shop.pair, text=" \n ", by=shop.professional)


def test_a_third_person_reads_and_writes_nothing(north, shop):
    message = written(shop, shop.professional)
    third = world.member(north, "Theo Third")
    mine, theirs = seats(shop)
    with inside(north, third):
        assert sql("SELECT count(*) FROM conversations_message") == [(0,)]
        with pytest.raises(NotPermitted):
            actions.write(pair=shop.pair, text="Hello", by=third)
        with pytest.raises(NotPermitted):
            actions.take_back(message=message, by=third)
        assert "row-level security" in refused(SENT, shop.pair.pk, shop.pair.pk, mine, theirs, "0 s")


def test_the_database_takes_no_words_in_the_partners_name_and_none_to_another_pair(north, shop):
    mine, theirs = seats(shop)
    other = workshop(north, "Another pair")
    other_mine, other_theirs = seats(other)
    with inside(north, shop.professional):
        assert "row-level security" in refused(SENT, shop.pair.pk, shop.pair.pk, theirs, mine, "0 s")
        assert "no_such_step" in refused(SENT, shop.pair.pk, shop.pair.pk, mine, other_mine, "0 s")
        assert "no_such_step" in refused(SENT, shop.pair.pk, shop.pair.pk, mine, theirs, "1 day")
        assert "row-level security" in refused(SENT, other.pair.pk, other.pair.pk, other_mine, other_theirs, "0 s")
        sql(SENT, shop.pair.pk, shop.pair.pk, mine, theirs, "0 s")  # the control


def test_who_sits_there_later_reads_nothing_of_it(north, shop):
    written(shop, shop.citizen, "Between us two")
    written(shop, shop.professional, "Indeed")
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    later = world.joined(north, shop.pair.pk, shop.professional, "Lara Later")
    with inside(north, later):
        assert sql("SELECT count(*) FROM conversations_message") == [(0,)]
        assert sql("SELECT count(*) FROM pairs_pair") == [(1,)]  # the control
    with inside(north, shop.professional):
        assert sql("SELECT count(*) FROM conversations_message") == [(2,)]


def test_own_words_can_be_taken_back_for_a_day(shop):
    message = written(shop, shop.professional)
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="not_yours"):
        actions.take_back(message=message, by=shop.citizen)
    for _twice in range(2):
        with inside(shop.organisation, shop.professional):
            actions.take_back(message=message, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        found = Message.objects.get()
        assert (found.text, found.taken_back_at is not None) == ("", True)
    assert waits(shop, shop.citizen) == []


def test_after_a_day_neither_the_act_nor_the_database_takes_it_back(shop):
    with clock.at(clock.now() - timedelta(hours=25)):
        message = written(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DomainError, match="too_late"):
            actions.take_back(message=message, by=shop.professional)
        taken = "UPDATE conversations_message SET text = '', taken_back_at = security.now()"
        assert "no_such_step" in refused(taken)


def test_the_database_changes_no_words(shop):
    written(shop, shop.professional)
    with inside(shop.organisation, shop.professional):
        assert "no_such_step" in refused("UPDATE conversations_message SET text = 'Other'")
        assert "permission denied" in refused("UPDATE conversations_message SET sent_at = now()")
        sql("DELETE FROM conversations_message")
        assert sql("SELECT count(*) FROM conversations_message") == [(1,)]
    with inside(shop.organisation, shop.citizen):
        sql("UPDATE conversations_message SET text = '', taken_back_at = security.now()")
        assert sql("SELECT text FROM conversations_message") == [("Shall we?",)]


def test_what_was_not_read_waits_without_its_words_and_the_writer_never_learns_of_it(shop):
    first = written(shop, shop.professional, "Zwetschge")
    second = written(shop, shop.professional, "Zwetschge again")
    assert (waits(shop, shop.citizen), waits(shop, shop.professional)) == (["A message from your partner"], [])
    with inside(shop.organisation, shop.citizen):
        actions.read(messages=[first], by=shop.citizen)
    assert waits(shop, shop.citizen) == ["A message from your partner"]
    with inside(shop.organisation, shop.citizen):
        actions.read(messages=[second, first], by=shop.citizen)
        actions.read(messages=[first], by=shop.citizen)
    assert waits(shop, shop.citizen) == []
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM conversations_readmark") == [(0,)]
        actions.read(messages=[first, second], by=shop.professional)  # one's own words make no mark
        assert ReadMark.objects.count() == 0
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM conversations_readmark") == [(1,)]


def test_a_comment_stands_with_its_thing_and_nowhere_else(north, shop):
    decision = shop.draft()
    other = workshop(north, "Another pair").draft()
    written(shop, shop.professional, "About it", kind="decision", subject=decision.pk)
    with inside(north, shop.citizen):
        assert list(queries.talk_of(shop.citizen, shop.pair.pk)) == []
        assert [m.text for m in queries.talk_of(shop.citizen, shop.pair.pk, "decision", decision.pk)] == ["About it"]
    assert waits(shop, shop.citizen) == ["A comment from your partner"]
    for kind, subject in (("decision", other.pk), ("decision", uuid.uuid4()), ("nothing", decision.pk)):
        with inside(north, shop.professional), pytest.raises(NotPermitted):
            actions.write(pair=shop.pair, text="x", kind=kind, subject=subject, by=shop.professional)


def test_what_waits_is_asked_for_in_one_query_however_many_talks_there_are(north, shop):
    assert [kind.name for kind in waiting.KINDS] == ["message"]
    counts = []
    for rounds in range(3):
        if rounds:
            written(shop, shop.professional, "x", kind="decision", subject=shop.draft(f"D {rounds}").pk)
        with inside(north, shop.citizen), CaptureQueriesContext(connection) as asked:
            assert len(home.waiting_for(shop.citizen)) == rounds
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
