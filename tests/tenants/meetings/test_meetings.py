"""A meeting stands when one has offered times and the other has picked one, whoever writes the row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.meetings import actions, queries
from tenants.meetings.models import Meeting, Move, OfferedTime
from tenants.members.models import Side
from tenants.pairs import actions as pairs
from tenants.pairs import home
from tenants.pairs.models import Pair
from tests import world
from tests.world import inside, sql
from tests.world_meetings import agreed, offered, past, plan, wall
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def refused(statement, *parameters):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *parameters)
    return str(refusal.value)


def code(shop, who, work):
    """The code with which somebody is refused."""
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        work()
    return refusal.value.code


def now(shop, meeting):
    with inside(shop.organisation, shop.professional):
        return Meeting.objects.get(pk=meeting.pk)


def test_one_offers_and_the_other_picks(shop):
    meeting = offered(shop, shop.professional, wall(7), wall(8), wall(9))
    with inside(shop.organisation, shop.citizen):
        times = list(meeting.times.order_by("choice"))
        held = actions.choose(meeting=meeting, time=times[1].pk, by=shop.citizen)
        assert (held.state, held.starts_at, held.time_of) == ("agreed", times[1].starts_at, Side.CITIZEN)
        again = actions.choose(meeting=meeting, time=times[1].pk, by=shop.citizen)
        assert (again.sequence, again.answered_at) == (1, held.answered_at)
    assert code(shop, shop.citizen, lambda: actions.choose(meeting=meeting, time=times[0].pk, by=shop.citizen)) == (
        "wrong_state"
    )


def test_the_first_choice_is_the_time_of_who_offered_it(shop):
    assert agreed(shop, shop.professional).time_of == Side.PROFESSIONAL
    assert agreed(shop, shop.professional, choice=2).time_of == Side.CITIZEN
    assert agreed(shop, shop.citizen).time_of == Side.CITIZEN


def test_nobody_answers_their_own_offer(shop):
    meeting = offered(shop, shop.professional)
    me = shop.professional
    with inside(shop.organisation, me):
        time = meeting.times.get(choice=1)
    assert code(shop, me, lambda: actions.choose(meeting=meeting, time=time.pk, by=me)) == "own_offer"
    assert code(shop, me, lambda: actions.ask_for_other_times(meeting=meeting, by=me)) == "own_offer"
    assert code(shop, me, lambda: actions.decline(meeting=meeting, reason="other", by=me)) == "own_offer"
    with inside(shop.organisation, me):
        taken = "UPDATE meetings_meeting SET state = 'agreed', starts_at = %s, time_of = 'professional'"
        assert "own_offer" in refused(taken, time.starts_at)


def test_other_times_are_asked_for_and_offered_by_either(shop):
    meeting = offered(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.ask_for_other_times(meeting=meeting, words="Mornings.", by=shop.citizen)
        old = meeting.times.get(choice=1).pk
    assert code(shop, shop.citizen, lambda: actions.choose(meeting=meeting, time=old, by=shop.citizen)) == "wrong_state"
    with inside(shop.organisation, shop.citizen):
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(10)], by=shop.citizen)
    assert code(shop, shop.professional,
                lambda: actions.choose(meeting=meeting, time=old, by=shop.professional)) == "times_changed"  # fmt: skip
    with inside(shop.organisation, shop.professional):
        held = Meeting.objects.get()
        assert (held.state, held.round, held.words, held.answer_by_id) == ("proposed", 2, "", None)
        new = held.times.get(round=2)
        assert actions.choose(meeting=held, time=new.pk, by=shop.professional).time_of == Side.CITIZEN
        assert Move.objects.count() == 0, "what did not stand was not moved"


def test_an_agreed_meeting_is_moved_by_either_and_noted_by_side(shop):
    meeting = agreed(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(12)], by=shop.citizen)
        move = Move.objects.select_related("seat").get()
        assert (move.seat.side, move.was) == (Side.CITIZEN, meeting.starts_at)
        assert "row-level security" in refused(
            "INSERT INTO meetings_move (id, pair_id, meeting_id, seat_id, was, moved_at)"
            " SELECT gen_random_uuid(), pair_id, meeting_id, seat_id, was, moved_at FROM meetings_move"
        )


def test_declining_says_why_and_ends_it(shop):
    meeting = offered(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.decline(meeting=meeting, reason="no_time", words="This month is full.", by=shop.citizen)
    held = now(shop, meeting)
    assert (held.state, held.reason, held.words) == ("declined", "no_time", "This month is full.")
    for who in shop.partners:
        refusals = (
            code(shop, who, lambda who=who: actions.offer(meeting=meeting, plan=plan(), walls=[wall()], by=who)),
            code(shop, who, lambda who=who: actions.cancel(meeting=meeting, by=who)),
        )
        assert refusals == ("wrong_state", "wrong_state")


def test_one_key_calls_it_off_and_twice_is_harmless(shop):
    meeting = agreed(shop, shop.professional)
    for who in (shop.citizen, shop.citizen, shop.professional):
        with inside(shop.organisation, who):
            actions.cancel(meeting=meeting, by=who)
    held = now(shop, meeting)
    assert (held.state, held.sequence, held.starts_at) == ("cancelled", 2, meeting.starts_at)


def test_whether_they_met_is_said_afterwards_and_not_before(shop):
    coming, over, missed = agreed(shop, shop.professional), past(shop, shop.professional), past(shop, shop.citizen)
    close = actions.close
    assert code(shop, shop.citizen, lambda: close(meeting=coming, met=True, by=shop.citizen)) == "not_yet"
    with inside(shop.organisation, shop.citizen):
        assert "not_yet" in refused("UPDATE meetings_meeting SET state = 'held' WHERE id = %s", coming.pk)
        assert close(meeting=over, met=True, by=shop.citizen).state == "held"
        assert close(meeting=missed, met=False, by=shop.citizen).state == "not_held"
        assert actions.note(meeting=over, text=" We spoke.\r\n", by=shop.citizen).notes == "We spoke."
    with inside(shop.organisation, shop.professional):
        assert actions.note(meeting=over, text="We spoke at length.", by=shop.professional).sequence == over.sequence
    assert code(shop, shop.citizen, lambda: actions.cancel(meeting=over, by=shop.citizen)) == "wrong_state"


@pytest.mark.parametrize(
    "link",
    ["http://x.example", "javascript:alert(1)", "https://", "https://a@b.example/", "https://x.example/ y",
     "https://x.example/\r\nSUMMARY:y", "HTTPS//x", "https://[x"],
)  # fmt: skip
def test_a_link_is_safe_or_refused(shop, link):
    assert code(shop, shop.professional, lambda: actions.propose(
        pair=shop.pair, plan=plan(link=link), walls=[wall()], by=shop.professional)) == "unsafe_link"  # fmt: skip


def test_the_database_takes_no_unsafe_link(shop):
    offered(shop, shop.professional, link="")
    with inside(shop.organisation, shop.professional):
        assert "no_such_step" in refused("UPDATE meetings_meeting SET link = 'https://else.example'")
        assert "meeting_link_is_safe" in refused(
            "UPDATE meetings_meeting SET link = 'http://x.example', round = round + 1"
        )


FORGED = [
    "state = 'agreed', starts_at = now() + interval '1 day', time_of = 'citizen'",
    "state = 'held', starts_at = now(), time_of = 'citizen'",
    "state = 'proposed', round = round + 2",
    "proposed_by_id = (SELECT id FROM pairs_seat WHERE id <> proposed_by_id LIMIT 1)",
    "agenda = 'Something else'",
    "access_needs = 'Something else'",
    "minutes = 15",
    "notes = 'x'",
    "starts_at = now()",
    "words = 'In your name'",
    "answer_by_id = proposed_by_id",
]


@pytest.mark.parametrize("change", FORGED)
def test_no_step_that_is_not_in_the_table_is_taken_by_hand(shop, change):
    offered(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        assert refused(f"UPDATE meetings_meeting SET {change}") != ""
        assert Meeting.objects.get().state == "proposed"


def test_the_time_that_stands_is_one_that_was_offered_and_told_as_whose_it_was(shop):
    meeting = offered(shop, shop.professional)
    stands = "UPDATE meetings_meeting SET state = 'agreed', starts_at = %s, time_of = %s"
    with inside(shop.organisation, shop.citizen):
        first = meeting.times.get(choice=1).starts_at
        assert "no_such_step" in refused(stands, first + timedelta(hours=1), "professional")
        assert "no_such_step" in refused(stands, first, "citizen")
        sql(stands, first, "professional")  # the control


def test_nobody_adds_a_time_to_the_partners_offer(shop):
    meeting = offered(shop, shop.professional)
    add = (
        "INSERT INTO meetings_offeredtime (id, pair_id, meeting_id, seat_id, round, choice, starts_at)"
        " SELECT gen_random_uuid(), pair_id, id, (SELECT id FROM pairs_seat WHERE member_id = %s), 1, %s,"
        " now() + interval '3 days' FROM meetings_meeting WHERE id = %s"
    )
    with inside(shop.organisation, shop.citizen):
        assert "no_such_step" in refused(add, shop.citizen.pk, 3, meeting.pk)
        assert refused(add, shop.professional.pk, 3, meeting.pk) != ""
    with inside(shop.organisation, shop.professional):
        assert "offered_times_are_few" in refused(add, shop.professional.pk, 6, meeting.pk)
        sql(add, shop.professional.pk, 3, meeting.pk)


def test_a_third_person_finds_nothing_and_does_nothing(north, shop):
    meeting = agreed(shop, shop.professional)
    third = world.member(north, "Theo Third")
    with inside(north, third):
        for table in ("meeting", "offeredtime", "move"):
            assert sql(f"SELECT count(*) FROM meetings_{table}") == [(0,)]
        with pytest.raises(NotPermitted):
            actions.cancel(meeting=meeting, by=third)
        with pytest.raises(NotPermitted):
            actions.propose(pair=shop.pair, plan=plan(), walls=[wall()], by=third)


def test_nobody_plans_with_nobody(north, shop):
    lonely = world.founded(north, shop.professional, title="Lonely")
    with inside(north, shop.professional):
        pair = Pair.objects.get(pk=lonely)
    assert code(shop, shop.professional, lambda: actions.propose(
        pair=pair, plan=plan(), walls=[wall()], by=shop.professional)) == "nobody_there"  # fmt: skip


def test_leaving_calls_off_what_is_to_come_and_takes_needs_along(north, shop):
    waiting, coming, over = offered(shop, shop.citizen), agreed(shop, shop.citizen), past(shop, shop.citizen)
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    states = [now(shop, meeting).state for meeting in (waiting, coming, over)]
    assert states == ["cancelled", "cancelled", "agreed"]
    with inside(north, shop.professional):
        assert set(Meeting.objects.values_list("access_needs", flat=True)) == {""}
        assert OfferedTime.objects.exists()


def waits(shop, who):
    with inside(shop.organisation, who):
        return [(found.title, found.for_partner) for found in home.waiting_for(who) if "/meetings/" in found.url]


def test_times_wait_for_who_is_to_answer(shop):
    meeting = offered(shop, shop.professional)
    assert waits(shop, shop.citizen) == [("Choose a time", False)]
    assert waits(shop, shop.professional) == [("A meeting", True)]
    with inside(shop.organisation, shop.citizen):
        actions.ask_for_other_times(meeting=meeting, by=shop.citizen)
    assert waits(shop, shop.citizen) == [("A meeting", True)]
    assert waits(shop, shop.professional) == [("Offer other times", False)]
    with inside(shop.organisation, shop.professional):
        actions.cancel(meeting=meeting, by=shop.professional)
    assert waits(shop, shop.citizen) == waits(shop, shop.professional) == []


def test_the_next_meeting_of_each_pair_in_one_query(north, shop, django_assert_num_queries):
    past(shop, shop.professional)
    later, sooner = agreed(shop, shop.professional, wall(20)), agreed(shop, shop.professional, wall(5))
    offered(shop, shop.professional, wall(2))
    second = world.founded(north, shop.professional, title="Second")
    with inside(north, shop.professional):
        found = list(Pair.objects.all())
        with django_assert_num_queries(1):
            told = queries.next_meetings(shop.professional, found)
    assert len(found) == 2
    assert {pair: meeting.pk for pair, meeting in told.items()} == {shop.pair.pk: sooner.pk}
    assert second not in told
    assert later.pk != sooner.pk


def test_how_times_moves_and_places_were_shared(shop, django_assert_num_queries):
    agreed(shop, shop.professional)
    agreed(shop, shop.professional, choice=2, venue="online")
    moved = agreed(shop, shop.citizen, venue="professional")
    with inside(shop.organisation, shop.professional):
        actions.offer(meeting=moved, plan=plan(venue="professional"), walls=[wall(30)], by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.choose(meeting=moved, time=moved.times.get(round=2).pk, by=shop.citizen)
    declined = offered(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.decline(meeting=declined, reason="access", by=shop.citizen)
        with django_assert_num_queries(2):
            shares = queries.shares_of(shop.citizen, shop.pair.pk)
    assert (shares.meetings, shares.elsewhere) == (3, 1)
    assert shares.sides[Side.PROFESSIONAL] == queries.Share(times=2, moves=1, venues=1)
    assert shares.sides[Side.CITIZEN] == queries.Share(times=1, moves=0, venues=1)


@pytest.mark.parametrize(("reason", "counted"), [("access", 0), ("no_time", 1), ("other", 1), ("", 1)])
def test_a_move_counts_unless_health_caring_or_other_duties_did_not_allow_the_meeting(shop, reason, counted):
    meeting = agreed(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(12)], reason=reason, by=shop.citizen)
        assert (Move.objects.get().reason, Meeting.objects.get().reason) == (reason, reason)
        assert queries.shares_of(shop.citizen, shop.pair.pk).sides[Side.CITIZEN].moves == counted
        assert "no_such_step" in refused("UPDATE meetings_meeting SET reason = 'not_needed'")
    with inside(shop.organisation, shop.professional):
        time = meeting.times.get(round=2).pk
        assert actions.choose(meeting=meeting, time=time, by=shop.professional).reason == ""
        assert Move.objects.get().reason == reason, "the move keeps its reason"
        assert actions.cancel(meeting=meeting, reason=reason, by=shop.professional).reason == reason
        moves = [share.moves for share in queries.shares_of(shop.citizen, shop.pair.pk).sides.values()]
    assert sum(moves) == counted, "calling off counts nowhere"


def test_a_reason_to_move_is_not_why_the_meeting_is_called_off_when_somebody_leaves(shop):
    meeting = agreed(shop, shop.professional)
    with inside(shop.organisation, shop.citizen):
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(12)], reason="no_time", by=shop.citizen)
        pairs.leave(pair=shop.pair, by=shop.citizen)
    held = now(shop, meeting)
    assert (held.state, held.reason) == ("cancelled", "")


def test_times_are_of_the_clocks_here(shop):
    from django.utils import timezone

    with timezone.override("Europe/London"), clock.at(clock.now()), inside(shop.organisation, shop.professional):
        july = wall(400).replace(year=2028, month=7, day=3)
        meeting = actions.propose(pair=shop.pair, plan=plan(), walls=[july], by=shop.professional)
        assert meeting.times.get().starts_at.hour == 13


def seen(shop, who):
    """What raw SQL finds of the meetings for somebody: their notes, how many times and how many moves."""
    with inside(shop.organisation, who):
        notes = {text for (text,) in sql("SELECT notes FROM meetings_meeting")}
        return notes, *(sql(f"SELECT count(*) FROM meetings_{table}")[0][0] for table in ("offeredtime", "move"))


def test_a_successor_reads_nothing_of_the_meetings_before(north):
    day = timedelta(days=1)
    with clock.at(clock.now() - 90 * day):
        shop = workshop(north)
    with clock.at(clock.now() - 80 * day):
        moved = agreed(shop, shop.citizen)
        with inside(north, shop.citizen):
            actions.note(meeting=moved, text="Before", by=shop.citizen)
            actions.offer(meeting=moved, plan=plan(), walls=[wall(30)], by=shop.citizen)
        with inside(north, shop.professional):
            actions.choose(meeting=moved, time=moved.times.get(round=2).pk, by=shop.professional)
    with clock.at(clock.now() - 20 * day), inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with clock.at(clock.now() - 10 * day):
        successor = world.joined(north, shop.pair.pk, shop.professional, "Sam Successor")
    assert seen(shop, successor) == (set(), 0, 0)
    with inside(north, shop.professional):  # a note that is written now does not open what was before
        actions.note(meeting=moved, text="Written later", by=shop.professional)
    offered(shop, shop.professional)
    assert seen(shop, successor) == ({""}, 2, 0)
    assert seen(shop, shop.professional) == ({"Written later", ""}, 5, 1)  # the control: who was there reads all of it
    with inside(north, successor):
        sql("UPDATE meetings_meeting SET sequence = 99")
        assert queries.shares_of(successor, shop.pair.pk).meetings == 0
    with inside(north, shop.professional):
        assert sql("SELECT notes FROM meetings_meeting WHERE sequence = 99") == [("",)]
