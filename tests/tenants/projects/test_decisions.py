"""Decisions with two keys: acts, refusals, departure, replacement."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.projects.actions import decisions
from tenants.projects.models import Decision
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def now(shop, decision):
    with inside(shop.organisation, shop.citizen):
        return Decision.objects.get(pk=decision.pk)


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM projects_decisionkey")[0][0]


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def test_two_keys_make_a_decision_stand(shop):
    decision = shop.proposed(signed_by=(shop.citizen,))
    assert now(shop, decision).state == "proposed"
    with inside(shop.organisation, shop.professional):
        decisions.sign(decision=decision, shown=decision.content_hash, by=shop.professional)
    assert (now(shop, decision).state, now(shop, decision).agreed_at is None, keys(shop)) == ("agreed", False, 2)


def test_signing_again_after_it_is_agreed_is_harmless(shop):
    decision = shop.proposed(signed_by=(*shop.partners, shop.citizen))
    assert (now(shop, decision).state, keys(shop)) == ("agreed", 2)


def test_a_draft_cannot_be_signed(shop):
    draft = shop.draft()
    refused("wrong_state", shop, shop.citizen, decisions.sign, decision=draft, shown=draft.content_hash)


def test_an_edit_clears_the_keys_and_keeps_the_place(shop):
    decision = shop.proposed(signed_by=(shop.professional,))
    with inside(shop.organisation, shop.citizen):
        decisions.edit(decision=decision, title="Evening clinics", text="Until nine.", by=shop.citizen)
    assert (now(shop, decision).state, keys(shop)) == ("proposed", 0)
    refused("text_changed", shop, shop.professional, decisions.sign, decision=decision, shown=decision.content_hash)


def test_an_agreed_decision_is_not_edited(shop):
    decision = shop.proposed(signed_by=shop.partners)
    refused("wrong_state", shop, shop.citizen, decisions.edit, decision=decision, title="x", text="y")


def test_contesting_clears_keys_and_keeps_both_sides_words(shop):
    decision = shop.proposed(signed_by=(shop.professional,))
    for partner, words in ((shop.citizen, "Too late for buses."), (shop.professional, "No room before.")):
        with inside(shop.organisation, partner):
            decisions.contest(decision=decision, reason=words, by=partner)
    with inside(shop.organisation, shop.citizen):
        assert sorted(sql("SELECT text FROM projects_decisionreason")) == [
            ("No room before.",),
            ("Too late for buses.",),
        ]
    assert (now(shop, decision).state, keys(shop)) == ("contested", 0)


def test_parking_needs_a_day_ahead_and_keeps_the_key(shop):
    decision = shop.proposed(signed_by=(shop.professional,))
    refused("date_is_past", shop, shop.citizen, decisions.park, decision=decision, revisit_on=clock.today())
    with inside(shop.organisation, shop.citizen):
        decisions.park(decision=decision, revisit_on=clock.today() + timedelta(days=7), by=shop.citizen)
    assert (now(shop, decision).state, keys(shop)) == ("parked", 1)
    with inside(shop.organisation, shop.citizen):
        decisions.reopen(decision=decision, by=shop.citizen)
    again = now(shop, decision)
    assert (again.state, again.revisit_on) == ("proposed", None)


def test_only_who_proposed_withdraws(shop):
    decision = shop.proposed()
    refused("not_the_proposer", shop, shop.citizen, decisions.withdraw, decision=decision)
    with inside(shop.organisation, shop.professional):
        decisions.withdraw(decision=decision, by=shop.professional)
    assert now(shop, decision).state == "withdrawn"


def test_a_new_decision_replaces_the_old_one_at_the_second_key(shop):
    old = shop.proposed(signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        new = decisions.supersede(decision=old, title="Evening clinics", text="Until nine.", by=shop.citizen)
        new = decisions.propose(decision=new, by=shop.citizen)
        decisions.sign(decision=new, shown=new.content_hash, by=shop.citizen)
    assert now(shop, old).state == "agreed"
    with inside(shop.organisation, shop.professional):
        decisions.sign(decision=new, shown=new.content_hash, by=shop.professional)
    assert (now(shop, old).state, now(shop, new).state) == ("superseded", "agreed")


def test_two_successors_do_not_replace_one_decision_twice(shop):
    old = shop.proposed(signed_by=shop.partners)
    new = []
    for text in ("Until nine.", "Until ten."):
        with inside(shop.organisation, shop.citizen):
            draft = decisions.supersede(decision=old, title="Evening clinics", text=text, by=shop.citizen)
            new.append(decisions.propose(decision=draft, by=shop.citizen))
            decisions.sign(decision=new[-1], shown=new[-1].content_hash, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        decisions.sign(decision=new[0], shown=new[0].content_hash, by=shop.professional)
    shown = new[1].content_hash
    refused("already_replaced", shop, shop.professional, decisions.sign, decision=new[1], shown=shown)
    assert now(shop, new[1]).state == "proposed"


def test_when_a_partner_leaves_open_decisions_end_and_agreed_ones_stand(shop):
    agreed = shop.proposed("Agreed", signed_by=shop.partners)
    proposed = shop.proposed("Proposed", signed_by=(shop.citizen,))
    draft = shop.draft("Draft")
    with inside(shop.organisation, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    assert [now(shop, decision).state for decision in (agreed, proposed, draft)] == [
        "agreed",
        "void_on_departure",
        "void_on_departure",
    ]
    refused("wrong_state", shop, shop.citizen, decisions.sign, decision=proposed, shown=proposed.content_hash)
    with inside(shop.organisation, shop.professional), pytest.raises(NotPermitted):
        decisions.edit(decision=draft, title="x", text="y", by=shop.professional)


@pytest.mark.parametrize("act", ["propose", "withdraw", "reopen"])
def test_nobody_else_moves_a_decision(shop, act):
    decision = shop.draft()
    lead = world.lead(shop.organisation)
    for capacity in ("partner", Role.ROLLOUT_LEAD):
        with inside(shop.organisation, lead, capacity), pytest.raises(NotPermitted):
            getattr(decisions, act)(decision=decision, by=lead)
    with inside(shop.organisation, shop.professional, Role.ROLLOUT_LEAD), pytest.raises(NotPermitted):
        getattr(decisions, act)(decision=decision, by=shop.professional)


def test_another_organisation_has_no_row_of_it(shop, south):
    shop.proposed(signed_by=shop.partners)
    with inside(south, world.lead(south)):
        for table in ("decision", "decisionkey", "decisionreason"):
            assert sql(f"SELECT count(*) FROM projects_{table}") == [(0,)]


# Raw SQL, in the application's own connection


def raw(shop, statement, *values):
    with inside(shop.organisation, shop.citizen):
        sql(statement, *values)
        settle()


def test_agreed_with_one_key_is_refused(shop):
    shop.proposed(signed_by=(shop.citizen,))
    with pytest.raises(DatabaseError, match="two_keys_needed"):
        raw(shop, "UPDATE projects_decision SET state = 'agreed', agreed_at = now()")


def test_an_agreed_text_stays(shop):
    shop.proposed(signed_by=shop.partners)
    for change in ("text = 'x'", "title = 'x'", "content_hash = 'x'"):
        with pytest.raises(DatabaseError, match="decision_stands"):
            raw(shop, f"UPDATE projects_decision SET {change}")


def test_an_agreed_decision_is_not_taken_back_by_one(shop):
    shop.proposed(signed_by=shop.partners)
    for state in ("draft", "proposed", "withdrawn", "void_on_departure"):
        with pytest.raises(DatabaseError, match="no_such_step"):
            raw(shop, "UPDATE projects_decision SET agreed_at = NULL, state = %s", state)
    with pytest.raises(DatabaseError, match="successor_needed"):
        raw(shop, "UPDATE projects_decision SET state = 'superseded'")


def test_nobody_signs_with_the_partners_seat_or_proposes_in_the_partners_name(shop):
    decision = shop.proposed()
    with inside(shop.organisation, shop.citizen):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
    with pytest.raises(DatabaseError, match="row-level security"):
        raw(
            shop,
            "INSERT INTO projects_decisionkey (id, pair_id, seat_id, decision_id, content_hash, signed_at)"
            " VALUES (%s, %s, %s, %s, %s, now())",
            uuid.uuid4(), shop.pair.pk, seat, decision.pk, decision.content_hash,
        )  # fmt: skip
    second = shop.draft("Second")
    with inside(shop.organisation, shop.citizen):
        decisions.propose(decision=second, by=shop.citizen)
    with pytest.raises(DatabaseError, match="not_your_seat"):
        raw(shop, "UPDATE projects_decision SET proposed_by_id = %s WHERE id = %s", seat, second.pk)


def test_a_hidden_decision_is_not_reached_by_what_it_replaces(shop):
    hidden = shop.proposed(signed_by=shop.partners)
    outsider = world.member(shop.organisation, "Olga Other")
    pair = world.founded(shop.organisation, outsider)
    for replaced in (hidden.pk, uuid.uuid4()):
        with pytest.raises(DatabaseError, match="no_such_step"), inside(shop.organisation, outsider):
            sql(
                "INSERT INTO projects_decision (id, pair_id, title, text, state, content_hash, proposed_by_id,"
                " drafted_at, supersedes_id) SELECT %s, %s, 'x', 'x', 'draft', 'x', id, now(), %s FROM pairs_seat",
                uuid.uuid4(), pair, replaced,
            )  # fmt: skip
