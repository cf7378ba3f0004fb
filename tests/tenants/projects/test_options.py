"""Options before a decision: a major one goes on the table only with options of both partners."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.pairs import actions as pairs
from tenants.projects.actions import decisions, options
from tenants.projects.content import Terms, hash_of, hash_of_decision
from tenants.projects.models import Decision
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop

MAJOR = Terms(kind="major")


@pytest.fixture
def shop(north):
    return workshop(north)


def major(shop, **more):
    with inside(shop.organisation, shop.professional):
        return decisions.draft(
            pair=shop.pair, title="Which clinic", text="The near one.", terms=Terms(kind="major", **more),
            by=shop.professional,
        )  # fmt: skip


def laid(shop, decision, who, text="Go there"):
    with inside(shop.organisation, who):
        return options.add(decision=decision, text=text, by=who)


def proposed(shop, decision, who=None):
    who = who or shop.professional
    with inside(shop.organisation, who):
        return decisions.propose(decision=decision, by=who)


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def test_a_major_decision_needs_an_option_of_each(shop):
    decision = major(shop)
    refused("options_needed", shop, shop.professional, decisions.propose, decision=decision)
    for text in ("Go there", "Stay here"):
        laid(shop, decision, shop.professional, text)
    refused("options_needed", shop, shop.professional, decisions.propose, decision=decision)
    laid(shop, decision, shop.citizen)
    assert proposed(shop, decision).state == "proposed"


def test_an_ordinary_decision_needs_none(shop):
    assert shop.proposed().state == "proposed"


def test_an_option_that_was_taken_back_does_not_count(shop):
    decision = major(shop)
    laid(shop, decision, shop.professional)
    gone = laid(shop, decision, shop.citizen)
    refused("not_your_option", shop, shop.professional, options.withdraw, option=gone)
    with inside(shop.organisation, shop.citizen):
        for _again in range(2):
            options.withdraw(option=gone, by=shop.citizen)
    refused("options_needed", shop, shop.professional, decisions.propose, decision=decision)


def test_options_stay_while_the_decision_is_on_the_table(shop):
    decision = major(shop)
    laid(shop, decision, shop.professional)
    theirs = laid(shop, decision, shop.citizen)
    proposed(shop, decision)
    refused("wrong_state", shop, shop.citizen, options.withdraw, option=theirs)
    refused("wrong_state", shop, shop.citizen, options.add, decision=decision, text="Another")
    with inside(shop.organisation, shop.citizen):
        decisions.contest(decision=decision, reason="Too far", by=shop.citizen)
        options.withdraw(option=theirs, by=shop.citizen)
    refused("options_needed", shop, shop.professional, decisions.reopen, decision=decision)


def test_a_proposed_decision_becomes_major_only_with_options(shop):
    decision = shop.proposed(signed_by=(shop.citizen,))
    edit = {"decision": decision, "title": decision.title, "text": decision.text, "terms": MAJOR}
    refused("options_needed", shop, shop.professional, decisions.edit, **edit)


def test_the_terms_are_signed_and_a_change_of_them_clears_the_keys(shop):
    decision = shop.proposed(signed_by=(shop.citizen,))
    assert decision.content_hash == hash_of_decision(decision.title, decision.text, None)
    due = clock.today() + timedelta(days=9)
    with inside(shop.organisation, shop.professional):
        terms = Terms(due_on=due)
        changed = decisions.edit(
            decision=decision, title=decision.title, text=decision.text, terms=terms, by=shop.professional
        )
        assert sql("SELECT count(*) FROM projects_decisionkey") == [(0,)]
        kept = Decision.objects.get(pk=decision.pk)
        assert (kept.due_on, kept.content_hash) == (due, hash_of(kept))
        again = decisions.edit(decision=kept, title="Another", text=kept.text, by=shop.professional)
    assert (again.due_on, changed.content_hash == decision.content_hash) == (due, False)


def test_what_replaces_a_major_decision_is_major(shop):
    decision = major(shop)
    for who in shop.partners:
        laid(shop, decision, who)
    proposed(shop, decision)
    for who in shop.partners:
        with inside(shop.organisation, who):
            decisions.sign(decision=decision, shown=decision.content_hash, by=who)
    with inside(shop.organisation, shop.citizen):
        new = decisions.supersede(decision=decision, title="Which clinic", text="The far one.", by=shop.citizen)
    assert new.kind == "major"
    refused("options_needed", shop, shop.citizen, decisions.propose, decision=new)


def test_the_option_of_somebody_who_left_does_not_count(shop):
    decision = major(shop)
    laid(shop, decision, shop.citizen)
    laid(shop, decision, shop.professional)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    refused("wrong_state", shop, shop.professional, decisions.propose, decision=decision)


def test_nobody_else_reads_or_lays_options(shop):
    decision = major(shop)
    option = laid(shop, decision, shop.citizen)
    stranger = world.member(shop.organisation, "Sven Stranger")
    with inside(shop.organisation, stranger):
        assert sql("SELECT count(*) FROM projects_decisionoption") == [(0,)]
        for act, arguments in (
            (options.add, {"decision": decision, "text": "x"}),
            (options.withdraw, {"option": option}),
        ):
            with pytest.raises(NotPermitted):
                act(**arguments, by=stranger)


# Raw SQL, in the application's own connection


def raw(shop, who, statement, *values):
    with inside(shop.organisation, who):
        sql(statement, *values)


def test_no_hand_proposes_a_major_decision_without_options(shop):
    decision = major(shop)
    laid(shop, decision, shop.professional)
    for statement in (
        "UPDATE projects_decision SET state = 'proposed', proposed_at = now()",
        "INSERT INTO projects_decision (id, pair_id, title, text, kind, state, content_hash, proposed_by_id,"
        " drafted_at) SELECT gen_random_uuid(), pair_id, 'x', 'x', 'major', 'proposed', 'h', proposed_by_id, now()"
        " FROM projects_decision",
    ):
        with pytest.raises(DatabaseError, match="options_needed"):
            raw(shop, shop.professional, statement)


def test_no_hand_makes_a_proposed_decision_major_or_the_reverse_unsigned(shop):
    shop.proposed()
    with pytest.raises(DatabaseError, match="options_needed"):
        raw(shop, shop.professional, "UPDATE projects_decision SET kind = 'major', content_hash = 'h'")
    for change in ("kind = 'major'", "due_on = now()"):
        with pytest.raises(DatabaseError, match="no_such_step"):
            raw(shop, shop.professional, f"UPDATE projects_decision SET {change}")


def test_no_hand_moves_options_on_the_table_or_the_partners(shop):
    decision = major(shop)
    for who in shop.partners:
        laid(shop, decision, who)
    with inside(shop.organisation, shop.professional):
        sql("UPDATE projects_decisionoption SET withdrawn_at = now()")
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM projects_decisionoption WHERE withdrawn_at IS NULL") == [(1,)]
    with pytest.raises(DatabaseError, match="options_stay"):
        raw(shop, shop.professional, "UPDATE projects_decisionoption SET withdrawn_at = NULL")
    laid(shop, decision, shop.professional)
    proposed(shop, decision)
    with pytest.raises(DatabaseError, match="options_stay"):
        raw(shop, shop.citizen, "UPDATE projects_decisionoption SET withdrawn_at = now()")
