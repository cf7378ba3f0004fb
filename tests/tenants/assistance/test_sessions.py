"""Half an hour with a helper: who may be one, how it ends, and when what was typed counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError
from django.http import Http404

from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.leaving import clearing
from tenants.assistance import actions, queries
from tenants.assistance.models import AssistedEntry, HelperChoice
from tenants.audit.queries import events_of_pair
from tenants.instruments.models import Answer, Round
from tenants.instruments.queries import said_in
from tenants.instruments.shipping import shipped
from tenants.members.models import Role
from tests import world, world_assistance, world_instruments
from tests.racing import at_once, meet, rewritten
from tests.world import inside, sql
from tests.world_projects import workshop

HALF_HOUR = timedelta(minutes=30)
RACERS = 32
CHECK_IN = shipped()["check_in", 1]
NUMBERS = [1, 2, 3, 4, 5, 6, 7, 1]


@pytest.fixture
def shop(north):
    return workshop(north)


@pytest.fixture
def helper(shop):
    return world_assistance.facilitator(shop)


@pytest.fixture
def asked(shop):
    return world_instruments.opened(shop)


@pytest.fixture
def session(shop, helper, asked):
    world_assistance.named(shop, helper)
    return world_assistance.started(shop, helper)


def enter(shop, helper, session, asked, numbers=NUMBERS):
    with inside(shop.organisation, helper):
        return actions.enter(session=session, round_id=asked.pk, numbers=numbers, by=helper)


def confirm(shop, helper, entry, code):
    with inside(shop.organisation, helper):
        return actions.confirm(entry=entry, said=code, by=helper)


def may_start(shop, helper):
    with inside(shop.organisation, helper):
        return bool(queries.people_i_may_help(helper))


def refused(shop, helper):
    """Neither by the action nor by the database's own function."""
    with inside(shop.organisation, shop.citizen):
        seat = shop.pair.seats.get(member=shop.citizen)
    with inside(shop.organisation, helper):
        with pytest.raises(DomainError) as said:
            actions.start(seat_id=seat.pk, confidential=True, by=helper)
        assert said.value.code == "not_permitted"
        assert sql("SELECT count(*) FROM assistance_assistedsession") == [(0,)]
    return not may_start(shop, helper)


# Who may be a helper


def test_whom_the_person_named_may_help_by_list_or_by_address(shop, north, helper):
    friend = world.member(north, "Fred Friend")
    for who, by_address in ((helper, False), (friend, True)):
        assert not may_start(shop, who)
        world_assistance.named(shop, who, by_address=by_address)
        with inside(north, who):
            assert [one.name for one in queries.people_i_may_help(who)] == ["Cora Citizen"]


def test_nobody_helps_whom_nobody_named(shop, helper):
    assert refused(shop, helper)


@pytest.mark.parametrize(
    "role", [Role.ROLLOUT_LEAD, Role.SPONSOR, Role.BOARD_MEMBER, Role.BOARD_SECRETARY, Role.FINANCE]
)
def test_who_manages_is_never_a_helper_even_when_named(shop, north, role):
    manager = world.member(north, "Mona Manager", role, Role.FACILITATOR)
    world_assistance.named(shop, manager)
    assert refused(shop, manager)


def test_the_partner_is_never_a_helper_even_when_named(shop):
    world_assistance.named(shop, shop.professional, by_address=True)
    assert refused(shop, shop.professional)


def test_who_once_sat_in_the_pair_is_no_helper(shop, north):
    from tenants.pairs import actions as pairs

    with inside(north, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    world_assistance.named(shop, shop.professional, by_address=True)
    assert refused(shop, shop.professional)


def test_an_office_that_comes_later_ends_the_help(shop, north, helper, session, asked):
    codes = world_assistance.sheet(shop)
    entry = enter(shop, helper, session, asked)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        ask("grant_office", helper.pk, "finance")
    with pytest.raises(DomainError) as said:
        confirm(shop, helper, entry, codes[0][1])
    assert said.value.code == "session_is_over"


def test_what_the_person_takes_back_is_over_at_once(shop, helper, session):
    with inside(shop.organisation, shop.citizen):
        actions.end_helper(choice=HelperChoice.objects.get(), by=shop.citizen)
    assert not may_start(shop, helper)
    with inside(shop.organisation, helper):
        assert not queries.live(helper).exists()


def test_the_partner_learns_nothing_of_it(shop, north, helper, session, asked):
    codes = world_assistance.sheet(shop)
    enter(shop, helper, session, asked)
    with inside(north, shop.professional):
        before = [event.action for event in events_of_pair(shop.pair.pk)]
        for table in ("helperchoice", "readbackcode", "assistedsession", "assistedentry"):
            assert sql(f"SELECT count(*) FROM assistance_{table}") == [(0,)]
    with inside(north, helper):
        entry = AssistedEntry.objects.get()
    confirm(shop, helper, entry, codes[0][1])
    with inside(north, shop.professional):
        assert [event.action for event in events_of_pair(shop.pair.pk)] == before
        assert sql("SELECT count(*) FROM instruments_answer") == [(0,)]


def test_nobody_else_names_a_helper_for_a_person(shop, helper):
    with pytest.raises(ProgrammingError, match="row-level security"), inside(shop.organisation, shop.professional):
        sql("INSERT INTO assistance_helperchoice (id, pair_id, seat_id, member_id, helper_id, address, blind, named_at)"
            " SELECT gen_random_uuid(), pair_id, id, member_id, %s, '', false, now() FROM pairs_seat"
            " WHERE member_id = %s", helper.pk, shop.citizen.pk)  # fmt: skip


# How long it lasts


def test_it_ends_by_its_own_date(shop, helper, session, asked):
    assert session.expires_at - session.started_at == HALF_HOUR
    with clock.at(session.expires_at + timedelta(seconds=1)), inside(shop.organisation, helper):
        with pytest.raises(Http404):
            queries.live_as_helper(helper, session.pk)
        assert ask("rounds_to_enter", session.pk) == []
        assert ask("next_read_back", session.pk) == []
        assert sql("SELECT count(*) FROM assistance_assistedentry") == [(0,)]
        with pytest.raises(Http404):
            actions.enter(session=session, round_id=asked.pk, numbers=NUMBERS, by=helper)


def test_what_was_not_confirmed_when_it_ended_is_gone(shop, helper, session, asked):
    world_assistance.sheet(shop)
    enter(shop, helper, session, asked)
    with inside(shop.organisation, helper):
        actions.end(session=session, by=helper)
    with inside(shop.organisation, shop.citizen):
        assert not AssistedEntry.objects.exists()
        assert not Answer.objects.exists()


def test_what_was_never_confirmed_is_removed_within_an_hour_after_its_half_hour(north, shop, helper, session, asked):
    """The hourly chore removes it, and leaves what still can be confirmed and what counts."""
    enter(shop, helper, session, asked)

    def left():
        with inside(north, shop.citizen):
            return sql("SELECT count(*) FROM assistance_assistedentry")[0][0]

    clearing.in_organisations()
    assert left() == 1
    with clock.at(clock.now() + HALF_HOUR):
        assert left() == 1
        assert clearing.in_organisations() == 1
        assert clearing.in_organisations() == 0
        assert left() == 0
    with inside(north, shop.citizen):
        assert sql("SELECT ended_at = expires_at FROM assistance_assistedsession") == [(True,)]


def test_what_counts_stays_when_the_rest_is_removed(north, shop, helper, session, asked):
    (_number, code), *_others = world_assistance.sheet(shop)
    confirm(shop, helper, enter(shop, helper, session, asked), code)
    with clock.at(clock.now() + HALF_HOUR):
        assert clearing.in_organisations() == 0
    with inside(north, shop.citizen):
        assert sql("SELECT confirmed_at IS NOT NULL FROM assistance_assistedentry") == [(True,)]


def test_one_half_hour_at_a_time_for_both(shop, north, helper, session):
    other = workshop(north, "Another pair")
    world_assistance.named(other, helper)
    friend = world.member(north, "Fred Friend")
    world_assistance.named(shop, friend)
    for where, who in ((other, helper), (shop, friend)):
        with pytest.raises(DomainError) as said:
            world_assistance.started(where, who)
        assert said.value.code == "one_at_a_time"
    with inside(north, shop.citizen):  # the person ends it, too
        actions.end(session=session, by=shop.citizen)
    assert world_assistance.started(shop, friend).pk != session.pk


def test_after_its_time_another_one_can_begin(shop, helper, session):
    with clock.at(session.expires_at + timedelta(seconds=1)):
        assert world_assistance.started(shop, helper).pk != session.pk


def test_nobody_begins_without_a_signature(shop, helper):
    world_assistance.named(shop, helper)
    with inside(shop.organisation, shop.citizen):
        seat = shop.pair.seats.get(member=shop.citizen)
    with inside(shop.organisation, helper), pytest.raises(DomainError) as said:
        actions.start(seat_id=seat.pk, confidential=False, by=helper)
    assert said.value.code == "not_confidential"


def test_a_stranger_ends_nothing(shop, north, session):
    stranger = world.member(north, "Stan Stranger")
    with inside(north, stranger):
        assert ask("end_assisted_session", session.pk) == [(False,)]


def test_nobody_makes_a_session_by_hand(shop, helper):
    with inside(shop.organisation, shop.citizen):
        seat = shop.pair.seats.get(member=shop.citizen)
    with pytest.raises(ProgrammingError, match="row-level security"), inside(shop.organisation, helper):
        sql("INSERT INTO assistance_assistedsession (id, pair_id, seat_id, person_id, helper_id, blind,"
            " confidential_at, started_at, expires_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, false, now(), now(),"
            " now() + interval '1 day')", shop.pair.pk, seat.pk, shop.citizen.pk, helper.pk)  # fmt: skip


# What counts


def test_an_entry_counts_when_the_person_has_read_out_the_code(shop, north, helper, session, asked):
    codes = world_assistance.sheet(shop)
    entry = enter(shop, helper, session, asked)
    with inside(north, shop.citizen):
        assert not Answer.objects.exists()
    assert confirm(shop, helper, entry, f" {codes[0][1][:3]} {codes[0][1][3:]} ") == "open"
    with inside(north, shop.citizen):
        answer = Answer.objects.get()
        assert dict(said_in(answer).values) == dict(zip(CHECK_IN.items, NUMBERS, strict=True))
        mark = queries.entries_of(shop.citizen, shop.pair.pk).get()
        assert (mark.pk, mark.session.helper_id, mark.sealed) == (answer.pk, helper.pk, "")
        assert queries.codes_left(shop.citizen) == actions.SHEET - 1
    world_instruments.answered(shop, asked, shop.professional)
    with inside(north, shop.professional):
        assert Round.objects.get(pk=asked.pk).state == "revealed"
        assert Answer.objects.count() == 2


def test_the_last_answer_with_help_opens_the_round_to_both_and_is_recorded(shop, north, helper, session, asked):
    codes = world_assistance.sheet(shop)
    world_instruments.answered(shop, asked, shop.professional)
    assert confirm(shop, helper, enter(shop, helper, session, asked), codes[0][1]) == "revealed"
    with inside(north, shop.professional):
        assert events_of_pair(shop.pair.pk)[0].action == "round.revealed"


def test_each_code_is_good_once_and_in_its_turn(shop, helper, session, asked):
    codes = world_assistance.sheet(shop)
    second = world_instruments.opened(shop, "dialogue")
    entry = enter(shop, helper, session, asked)
    for wrong in (codes[1][1], "000000" if codes[0][1] != "000000" else "111111"):
        with pytest.raises(DomainError) as said:
            confirm(shop, helper, entry, wrong)
        assert said.value.code == "wrong_code"
    confirm(shop, helper, entry, codes[0][1])
    with inside(shop.organisation, helper):
        assert queries.next_number(session) == 2
    other = enter(shop, helper, session, second, [4] * len(shipped()["dialogue", 1].items))
    with pytest.raises(DomainError) as said:
        confirm(shop, helper, other, codes[0][1])
    assert said.value.code == "wrong_code"
    assert confirm(shop, helper, other, codes[1][1]) == "open"


def test_after_five_tries_the_right_code_does_not_help_either(shop, helper, session, asked):
    codes = world_assistance.sheet(shop)
    entry = enter(shop, helper, session, asked)
    for _try in range(5):
        with pytest.raises(DomainError):
            confirm(shop, helper, entry, "wrong")
    with pytest.raises(DomainError) as said:
        confirm(shop, helper, entry, codes[0][1])
    assert said.value.code == "tried_too_often"


def test_a_new_sheet_ends_the_old_one(shop, helper, session, asked):
    old, new = world_assistance.sheet(shop), world_assistance.sheet(shop)
    entry = enter(shop, helper, session, asked)
    if old[0][1] != new[0][1]:
        with pytest.raises(DomainError):
            confirm(shop, helper, entry, old[0][1])
    assert confirm(shop, helper, entry, new[0][1]) == "open"


def test_without_a_sheet_nothing_counts(shop, helper, session, asked):
    entry = enter(shop, helper, session, asked)
    with pytest.raises(DomainError) as said:
        confirm(shop, helper, entry, "123456")
    assert said.value.code == "no_codes_left"


def test_codes_are_kept_as_traces_and_read_by_no_helper(shop, north, helper, session):
    codes = world_assistance.sheet(shop)
    with inside(north, helper):
        assert sql("SELECT count(*) FROM assistance_readbackcode") == [(0,)]
    with inside(north, shop.citizen):
        kept = {row[0] for row in sql("SELECT code_hash FROM assistance_readbackcode")}
    assert len(kept) == len(codes) == actions.SHEET
    assert not any(digits in trace for _number, digits in codes for trace in kept if len(digits) > 20)


def test_an_answer_of_ones_own_is_not_written_over(shop, helper, session, asked):
    codes = world_assistance.sheet(shop)
    entry = enter(shop, helper, session, asked)
    world_instruments.answered(shop, asked, shop.citizen, 7)
    with pytest.raises(DomainError) as said:
        confirm(shop, helper, entry, codes[0][1])
    assert said.value.code == "answered_meanwhile"
    with inside(shop.organisation, shop.citizen):
        assert set(said_in(Answer.objects.get()).values.values()) == {7}
        assert queries.codes_left(shop.citizen) == actions.SHEET


def test_typed_again_before_it_counts_it_is_what_was_typed_last(shop, helper, session, asked):
    codes = world_assistance.sheet(shop)
    first = enter(shop, helper, session, asked, [1] * 8)
    second = enter(shop, helper, session, asked, [6] * 8)
    assert first.pk == second.pk
    confirm(shop, helper, second, codes[0][1])
    with inside(shop.organisation, shop.citizen):
        assert set(said_in(Answer.objects.get()).values.values()) == {6}


@pytest.mark.parametrize("numbers", [[0] * 8, [8] * 8, [1] * 7, []])
def test_numbers_that_do_not_fit_are_refused(shop, helper, session, asked, numbers):
    with pytest.raises(DomainError):
        enter(shop, helper, session, asked, numbers)


def test_the_helper_reads_no_answers_and_no_pair(shop, north, helper, session, asked):
    codes = world_assistance.sheet(shop)
    confirm(shop, helper, enter(shop, helper, session, asked), codes[0][1])
    with inside(north, helper):
        for table in ("pairs_pair", "pairs_seat", "instruments_answer", "instruments_round", "assistance_helperchoice"):
            assert sql(f"SELECT count(*) FROM {table}") == [(0,)], table
        assert sql("SELECT sealed FROM assistance_assistedentry") == [("",)]
        with pytest.raises(NotPermitted):
            actions.make_letter(invitation=type("I", (), {"pk": session.pk})(), by=helper)


def test_a_helper_writes_into_no_round_of_others(shop, north, helper, session):
    other = workshop(north, "Another pair")
    theirs = world_instruments.opened(other)
    with inside(north, helper), pytest.raises(Http404):
        actions.enter(session=session, round_id=theirs.pk, numbers=NUMBERS, by=helper)
    with pytest.raises(Exception, match="session_is_over"), inside(north, helper):
        sql("INSERT INTO assistance_assistedentry (id, pair_id, session_id, round_id, sealed, entered_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'x', now())",
            session.pair_id, session.pk, theirs.pk)  # fmt: skip


# The keypad


def test_on_the_keypad_the_order_is_the_persons_own(shop, north, helper, asked):
    world_assistance.named(shop, helper, blind=True)
    session = world_assistance.started(shop, helper)
    codes = world_assistance.sheet(shop)
    assert session.blind
    order = queries.own_order(CHECK_IN, session.seat_id)
    assert set(order) == set(CHECK_IN.items)
    confirm(shop, helper, enter(shop, helper, session, asked), codes[0][1])
    with inside(north, shop.citizen):
        assert dict(said_in(Answer.objects.get()).values) == dict(zip(order, NUMBERS, strict=True))


def test_orders_differ_from_seat_to_seat(north):
    import uuid

    assert len({queries.own_order(CHECK_IN, uuid.uuid4()) for _seat in range(20)}) > 10


def test_a_departure_ends_all_of_it(shop, north, helper, session, asked):
    from tenants.pairs import actions as pairs

    enter(shop, helper, session, asked)
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    assert not may_start(shop, helper)
    with inside(north, helper):
        assert not queries.live(helper).exists()


# Two at once


@pytest.mark.parametrize("locked", [True, False])
def test_one_of_many_confirmations_at_once_counts(committed, locked):
    from rollout.organisations.models import Organisation

    north = Organisation.objects.get(slug="north")
    shop = workshop(north)
    helper = world_assistance.facilitator(shop)
    first = world_instruments.opened(shop)
    world_assistance.named(shop, helper)
    session = world_assistance.started(shop, helper)
    codes = world_assistance.sheet(shop)
    entry = enter(shop, helper, session, first)
    with inside(north, helper):
        said = actions._trace(ask("next_read_back", session.pk)[0][0], codes[0][1])

    def race(_racer):
        with inside(north, helper):
            return ask("confirm_assisted_entry", entry.pk, said)[0][0]

    with rewritten(north, {} if locked else WITHOUT_LOCK):
        told = at_once(RACERS, race)
    assert told.count("open") == 1
    # The control: without the lock they meet at the table.
    assert told.count("session_is_over" if locked else "answered_meanwhile") == RACERS - 1
    with inside(north, shop.citizen):
        assert Answer.objects.count() == 1
        assert queries.codes_left(shop.citizen) == actions.SHEET - 1


WITHOUT_LOCK = {
    "confirm_assisted_entry": {" for update;": ";"},
    "sign_with_read_back": {" for update;": ";"},
    "use_read_back": {
        " for update;": ";",
        "update assistance_readbackcode": f"{meet(RACERS)} update assistance_readbackcode",
    },
}
"""What each function holds, and what stands there instead in the control: no lock, and a wait for the others."""
