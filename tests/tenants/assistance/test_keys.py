"""A key under a decision by a code that the person reads out: which text, whose key, and what refuses it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, ProgrammingError
from django.http import Http404

from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError
from rollout.organisations.models import Organisation
from tenants.assistance import actions, queries
from tenants.audit.queries import events_of_pair, verdict
from tenants.projects.actions import decisions
from tenants.projects.models import Decision, DecisionKey
from tests import world_assistance
from tests.racing import at_once, rewritten
from tests.tenants.assistance.test_sessions import WITHOUT_LOCK
from tests.world import inside, sql
from tests.world_pairs import text_of
from tests.world_projects import workshop

RACERS = 32


@pytest.fixture
def shop(north):
    return workshop(north)


@pytest.fixture
def helper(shop):
    return world_assistance.facilitator(shop)


@pytest.fixture
def session(shop, helper):
    world_assistance.named(shop, helper)
    return world_assistance.started(shop, helper)


@pytest.fixture
def codes(shop):
    return [digits for _number, digits in world_assistance.sheet(shop)]


def sign(shop, helper, session, decision, code, shown=None):
    with inside(shop.organisation, helper):
        return actions.sign_decision(
            session=session, decision=decision.pk, shown=shown or decision.content_hash, said=code, by=helper
        )


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sorted(DecisionKey.objects.values_list("seat__member__name", "method"))


def refusal(shop, helper, session, decision, code, **more):
    with pytest.raises(DomainError) as said:
        sign(shop, helper, session, decision, code, **more)
    return said.value.code


def test_the_helper_reads_the_exact_text_that_waits_and_nothing_else(shop, helper, session):
    wanted = shop.proposed("Evening clinics", signed_by=(shop.professional,))
    shop.draft("A draft")
    shop.proposed("Signed already", signed_by=(shop.citizen,))
    with inside(shop.organisation, helper):
        (found,) = queries.decisions_to_sign(helper, session)
        assert (found.id, found.text, found.content_hash) == (wanted.pk, wanted.text, wanted.content_hash)
        assert sql("SELECT count(*) FROM projects_decision") == [(0,)]
        assert sql("SELECT count(*) FROM projects_decisionkey") == [(0,)]


def test_on_the_keypad_there_are_no_decisions(shop, helper, codes):
    decision = shop.proposed()
    world_assistance.named(shop, helper, blind=True)
    session = world_assistance.started(shop, helper)
    with inside(shop.organisation, helper):
        assert queries.decisions_to_sign(helper, session) == []
    assert refusal(shop, helper, session, decision, codes[0]) == "session_is_over"
    assert keys(shop) == []


def test_the_key_is_the_persons_with_its_method_and_its_half_hour(shop, helper, session, codes):
    decision = shop.proposed()
    assert sign(shop, helper, session, decision, f" {codes[0][:3]}-{codes[0][3:]}") == "proposed"
    assert keys(shop) == [("Cora Citizen", "read_back")]
    with inside(shop.organisation, shop.citizen):
        key, mark = DecisionKey.objects.get(), queries.keys_of(shop.citizen, shop.pair.pk).get()
        assert (mark.pk, mark.session.helper_id, mark.content_hash) == (key.pk, helper.pk, decision.content_hash)
        assert queries.codes_left(shop.citizen) == actions.SHEET - 1
        assert Decision.objects.get().state == "proposed"
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM assistance_assistedkey") == [(0,)]


def test_the_second_key_makes_it_stand_and_the_record_names_the_act_and_no_helper(shop, helper, session, codes):
    decision = shop.proposed(signed_by=(shop.professional,))
    assert sign(shop, helper, session, decision, codes[0]) == "agreed"
    with inside(shop.organisation, shop.professional):
        agreed, signed = list(events_of_pair(shop.pair.pk))[:2]
        assert (agreed.action, signed.action) == ("decision.agreed", "decision.signed")
        assert {agreed.actor_id, signed.actor_id} == {shop.citizen.pk}
        assert signed.detail == {"method": "read_back"}
        assert Decision.objects.get().agreed_at is not None
        assert verdict().sound
    assert keys(shop) == [("Cora Citizen", "read_back"), (shop.professional.name, "own")]


def test_what_it_replaces_ends_with_the_second_key(shop, helper, session, codes):
    old = shop.proposed("Old", signed_by=shop.partners)
    with inside(shop.organisation, shop.professional):
        new = decisions.supersede(decision=old, title="New", text="Another way.", by=shop.professional)
        new = decisions.propose(decision=new, by=shop.professional)
        decisions.sign(decision=new, shown=new.content_hash, by=shop.professional)
    with inside(shop.organisation, helper):
        assert queries.decisions_to_sign(helper, session)[0].replaces == "Old"
    assert sign(shop, helper, session, new, codes[0]) == "agreed"
    with inside(shop.organisation, shop.citizen):
        assert dict(Decision.objects.values_list("title", "state")) == {"Old": "superseded", "New": "agreed"}


def test_the_key_goes_under_the_text_that_was_read_and_under_no_other(shop, helper, session, codes):
    decision = shop.proposed()
    with inside(shop.organisation, shop.professional):
        decisions.edit(decision=decision, title=decision.title, text="Something else.", by=shop.professional)
    assert refusal(shop, helper, session, decision, codes[0]) == "text_changed"
    with inside(shop.organisation, shop.citizen):
        assert queries.codes_left(shop.citizen) == actions.SHEET


def test_an_edit_takes_the_key_away_and_the_mark_tells_which_text_it_was(shop, helper, session, codes):
    decision = shop.proposed()
    sign(shop, helper, session, decision, codes[0])
    with inside(shop.organisation, shop.professional):
        decisions.edit(decision=decision, title=decision.title, text="Something else.", by=shop.professional)
    assert keys(shop) == []
    with inside(shop.organisation, shop.citizen):
        assert queries.keys_of(shop.citizen, shop.pair.pk).get().content_hash == decision.content_hash


def test_wrong_and_used_codes_open_nothing_and_five_tries_are_the_end(shop, helper, session, codes):
    decision, other = shop.proposed("One"), shop.proposed("Two")
    assert refusal(shop, helper, session, decision, codes[1]) == "wrong_code"
    assert sign(shop, helper, session, decision, codes[0]) == "proposed"
    assert refusal(shop, helper, session, other, codes[0]) == "wrong_code"
    assert refusal(shop, helper, session, decision, codes[1]) == "signed_meanwhile"
    assert refusal(shop, helper, session, other, "wrong") == "wrong_code"
    assert refusal(shop, helper, session, other, codes[1]) == "tried_too_often"
    assert keys(shop) == [("Cora Citizen", "read_back")]


def test_what_is_no_longer_on_the_table_takes_no_key(shop, helper, session, codes):
    decision = shop.proposed()
    with inside(shop.organisation, shop.professional):
        decisions.contest(decision=decision, reason="Not like this.", by=shop.professional)
    assert refusal(shop, helper, session, decision, codes[0]) == "wrong_state"
    foreign = workshop(shop.organisation, "Another pair").proposed()
    assert refusal(shop, helper, session, foreign, codes[0]) == "wrong_state"


def test_when_the_half_hour_is_over_nothing_is_signed(shop, helper, session, codes):
    decision = shop.proposed()
    with clock.at(session.expires_at + timedelta(seconds=1)), inside(shop.organisation, helper):
        assert ask("decisions_to_sign", session.pk) == []
    with (
        clock.at(session.expires_at + timedelta(seconds=1)),
        pytest.raises(DatabaseError, match="session_is_over"),
        inside(shop.organisation, helper),
    ):
        ask("sign_with_read_back", session.pk, uuid.uuid4(), decision.pk, decision.content_hash, "x")


# The database, whoever writes


_KEY = (
    "INSERT INTO projects_decisionkey (id, pair_id, seat_id, content_hash, signed_at, decision_id, method)"
    " SELECT %s, d.pair_id, s.id, d.content_hash, now(), d.id, 'read_back' FROM projects_decision d"
    " JOIN pairs_seat s ON s.pair_id = d.pair_id AND s.member_id = %s WHERE d.id = %s"
)


def test_nobody_writes_a_helped_key_without_a_used_code_not_even_in_a_half_hour(shop, session, codes):
    decision = shop.proposed()
    for partner in shop.partners:
        with pytest.raises(DatabaseError, match="read_back_needed"), inside(shop.organisation, partner):
            sql(_KEY, uuid.uuid4(), partner.pk, decision.pk)
    assert keys(shop) == []


def test_a_genuine_mark_bears_one_key_and_no_other(shop, helper, session, codes):
    """The mark of one key under another decision, and once its half hour is over under its own."""
    decision, other = shop.proposed("One"), shop.proposed("Two")
    sign(shop, helper, session, decision, codes[0])
    with inside(shop.organisation, shop.citizen):
        mark = DecisionKey.objects.get().pk
    with pytest.raises(DatabaseError, match="read_back_needed"), inside(shop.organisation, shop.citizen):
        sql(_KEY, mark, shop.citizen.pk, other.pk)
    with inside(shop.organisation, shop.professional):
        decisions.contest(decision=decision, reason="Not like this.", by=shop.professional)
        decisions.reopen(decision=decision, by=shop.professional)
    with (
        clock.at(session.expires_at + timedelta(seconds=1)),
        pytest.raises(DatabaseError, match="read_back_needed"),
        inside(shop.organisation, shop.citizen),
    ):
        sql(_KEY, mark, shop.citizen.pk, decision.pk)


def test_while_the_half_hour_lasts_only_its_own_function_writes_the_key(shop, helper, session, codes):
    """Also with a genuine mark the person writes no helped key by hand: the rules of the table refuse it."""
    decision = shop.proposed()
    sign(shop, helper, session, decision, codes[0])
    with inside(shop.organisation, shop.citizen):
        mark = DecisionKey.objects.get().pk
    with inside(shop.organisation, shop.professional):
        decisions.contest(decision=decision, reason="Not like this.", by=shop.professional)
        decisions.reopen(decision=decision, by=shop.professional)
    with pytest.raises(ProgrammingError, match="row-level security"), inside(shop.organisation, shop.citizen):
        sql(_KEY, mark, shop.citizen.pk, decision.pk)


def test_no_mark_and_no_code_are_made_by_hand(shop, helper, session):
    decision = shop.proposed()
    with pytest.raises(ProgrammingError, match="row-level security"), inside(shop.organisation, helper):
        sql("INSERT INTO assistance_assistedkey (id, pair_id, session_id, decision_id, content_hash, code, given_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, gen_random_uuid(), now())",
            session.pair_id, session.pk, decision.pk, decision.content_hash)  # fmt: skip
    with pytest.raises(ProgrammingError, match="permission denied"), inside(shop.organisation, helper):
        ask("use_read_back", shop.citizen.pk, "x")


def test_the_partner_is_no_helper_here_either(shop, codes):
    """A half hour with the partner never begins; and nobody else's is theirs to use."""
    helper = world_assistance.facilitator(shop)
    world_assistance.named(shop, helper)
    session = world_assistance.started(shop, helper)
    decision = shop.proposed()
    with pytest.raises(Http404):
        sign(shop, shop.professional, session, decision, codes[0])
    with pytest.raises(DatabaseError, match="session_is_over"), inside(shop.organisation, shop.professional):
        ask("sign_with_read_back", session.pk, uuid.uuid4(), decision.pk, decision.content_hash, "x")


# Pages and programs


def test_the_way_on_pages_and_the_mark_for_both(shop, north, helper, session, codes, browser_of):
    decision = shop.proposed("Evening clinics")
    hand = browser_of(helper, north)
    page = f"/helping/{session.pk}/decisions/{decision.pk}/"
    assert "Evening clinics" in text_of(hand.get(f"/helping/{session.pk}/"))
    shown = text_of(hand.get(page))
    assert "We open on Tuesdays until eight." in shown
    assert "Please read out code number 1 from your sheet." in shown
    assert "This is not the code." in text_of(hand.post(page, {"code": "1", "shown": decision.content_hash}))
    assert "The text was changed." in text_of(hand.post(page, {"code": codes[0], "shown": "another"}))
    typed = {"code": codes[0], "shown": decision.content_hash}
    assert "The person has signed." in text_of(hand.post(page, typed, follow=True))
    assert hand.get(page).status_code == 404
    where = f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/"
    for who in shop.partners:
        told = text_of(browser_of(who, north).get(where))
        assert "Signed with help" in told
    assert "Fay" not in text_of(browser_of(shop.professional, north).get(where))
    mine = text_of(browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/without-a-computer/"))
    assert "Decisions that you signed with help" in mine
    row = browser_of(shop.professional, north).get(f"/api/v1/decisions/{decision.pk}/").json()
    assert [key["assisted"] for key in row["keys"]] == [True]


def test_ones_own_key_bears_no_mark(shop, north, browser_of):
    decision = shop.proposed(signed_by=(shop.citizen,))
    where = f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/"
    assert "with help" not in text_of(browser_of(shop.professional, north).get(where))


# Two at once


@pytest.mark.parametrize("locked", [True, False])
def test_one_code_said_many_times_at_once_gives_one_key(committed, locked):
    north = Organisation.objects.get(slug="north")
    shop = workshop(north)
    helper = world_assistance.facilitator(shop)
    world_assistance.named(shop, helper)
    session = world_assistance.started(shop, helper)
    code = world_assistance.sheet(shop)[0][1]
    both = [shop.proposed("One"), shop.proposed("Two")]
    with inside(north, helper):
        said = actions._trace(ask("next_read_back", session.pk)[0][0], code)

    def race(index):
        decision = both[index % 2]
        with inside(north, helper):
            asked = (session.pk, uuid.uuid4(), decision.pk, decision.content_hash, said)
            return ask("sign_with_read_back", *asked)[0][0]

    with rewritten(north, {} if locked else WITHOUT_LOCK):
        told = at_once(RACERS, race)
    assert told.count("proposed") == 1
    assert keys(shop) == [("Cora Citizen", "read_back")]
    refused = told.count("signed_meanwhile") + told.count("wrong_code")
    assert refused == (RACERS - 1 if locked else 0)  # the control: they meet at the table, not at the lock
