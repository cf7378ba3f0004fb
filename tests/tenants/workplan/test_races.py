"""Two partners at the same moment, on a database where things are really committed. Each race has its control."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.conf import settings
from psycopg import sql as names

from rollout.organisations.models import Organisation
from tenants.projects.actions import decisions, options
from tenants.projects.content import Terms
from tenants.projects.models import Decision
from tenants.workplan.actions import frame
from tests.racing import PATIENCE, at_once
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_workplan import frame_content, framed, now

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def events(shop, action):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE action = %s", action)[0][0]


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT content_hash FROM workplan_framekey")


def test_32_signatures_at_once_make_it_active_exactly_once(shop):
    shown = framed(shop).content_hash

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            frame.sign(pair=shop.pair, shown=shown, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    assert (now(shop).state, len(keys(shop))) == ("active", 2)
    assert (events(shop, "project.signed"), events(shop, "project.active")) == (2, 1)


def test_without_the_lock_two_keys_miss_each_other(shop):
    """The control: each transaction sees its own key alone, and the project stays a draft."""
    framed(shop)
    barrier = threading.Barrier(2)

    def careless(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            sql("INSERT INTO workplan_framekey (id, pair_id, frame_id, seat_id, content_hash, signed_at)"
                " SELECT gen_random_uuid(), f.pair_id, f.id, s.id, f.content_hash, now() FROM workplan_projectframe f"
                " JOIN pairs_seat s ON s.pair_id = f.pair_id AND s.member_id = %s", who.pk)  # fmt: skip
            sides = sql("SELECT count(*) FROM workplan_framekey")[0][0]
            barrier.wait(PATIENCE)
            return sides

    assert at_once(2, careless) == [1, 1]
    assert (now(shop).state, len(keys(shop))) == ("draft", 2)


def test_one_edits_while_the_other_signs(shop):
    shown = framed(shop, signed_by=(shop.professional,)).content_hash

    def meet(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            if index % 2:
                frame.sign(pair=shop.pair, shown=shown, by=who)
            elif index == 0:
                frame.write(pair=shop.pair, content=frame_content(place="Elsewhere"), by=who)

    answers = at_once(MANY, meet)
    found = now(shop)
    # The edit always comes through, and nobody's key stands under a text that they have not read.
    assert (answers[0], found.place, found.state, keys(shop)) == (None, "Elsewhere", "draft", [])
    assert set(answers[1::2]) <= {None, "text_changed"}


def test_without_the_lock_a_key_stands_under_an_older_text(shop):
    """The control: who signs what they read before, without holding the pair, leaves a key that nobody asked for."""
    old = framed(shop).content_hash
    read, changed = threading.Event(), threading.Event()

    def careless(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            if index:
                read.wait(PATIENCE)
                frame.write(pair=shop.pair, content=frame_content(place="Elsewhere"), by=who)
            else:
                assert sql("SELECT content_hash FROM workplan_projectframe") == [(old,)]
                read.set()
                changed.wait(PATIENCE)
                sql("INSERT INTO workplan_framekey (id, pair_id, frame_id, seat_id, content_hash, signed_at)"
                    " SELECT gen_random_uuid(), f.pair_id, f.id, s.id, %s, now() FROM workplan_projectframe f"
                    " JOIN pairs_seat s ON s.pair_id = f.pair_id AND s.member_id = %s", old, who.pk)  # fmt: skip
        changed.set()

    assert at_once(2, careless) == [None, None]
    assert (now(shop).content_hash == old, keys(shop)) == (False, [(old,)])


def board(shop):
    """A major decision with one option of each."""
    with inside(shop.organisation, shop.professional):
        made = decisions.draft(
            pair=shop.pair, title="Which", text="This.", terms=Terms(kind="major"), by=shop.professional
        )
    laid = []
    for who in shop.partners:
        with inside(shop.organisation, who):
            laid.append(options.add(decision=made, text="Go", by=who))
    return made, laid[1]


def how_it_ended(shop, decision):
    with inside(shop.organisation, shop.citizen):
        live = sql("SELECT count(*) FROM projects_decisionoption WHERE decision_id = %s AND withdrawn_at IS NULL",
                   decision.pk)[0][0]  # fmt: skip
        return Decision.objects.get(pk=decision.pk).state, live


def test_an_option_is_taken_back_while_the_decision_is_proposed(shop):
    for _round in range(4):
        decision, option = board(shop)

        def meet(index, decision=decision, option=option):
            who = shop.partners[index % 2]
            with inside(shop.organisation, who):
                if index % 2:
                    options.withdraw(option=option, by=who)
                else:
                    decisions.propose(decision=decision, by=who)

        answers = at_once(8, meet)
        ended = how_it_ended(shop, decision)
        if ended == ("proposed", 2):
            assert answers[0::2].count(None) == 1
            assert set(answers[1::2]) == {"wrong_state"}
        else:
            assert ended == ("draft", 1)
            assert set(answers[0::2]) == {"options_needed"}


def test_32_at_once_propose_or_take_back_and_one_side_wins(shop):
    decision, option = board(shop)

    def meet(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            if index % 2:
                options.withdraw(option=option, by=who)
            else:
                decisions.propose(decision=decision, by=who)

    assert set(at_once(MANY, meet)) <= {None, "wrong_state", "options_needed"}
    assert how_it_ended(shop, decision) in {("proposed", 2), ("draft", 1)}
    assert events(shop, "decision.proposed") + events(shop, "decision.option_withdrawn") == 1


def test_without_the_guards_a_decision_is_proposed_with_one_side_alone(shop, committed):
    """The control: both look first, then both write, and what neither saw has happened."""
    decision, option = board(shop)
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=committed) as admin:
        admin.execute(names.SQL("SET search_path TO {}").format(names.Identifier(shop.organisation.schema_name)))
        admin.execute("ALTER TABLE projects_decisionoption DISABLE TRIGGER options_stay_on_the_table")
    looked = threading.Barrier(2)

    def careless(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            assert sql("SELECT count(*) FROM projects_decisionoption WHERE withdrawn_at IS NULL") == [(2,)]
            assert sql("SELECT state FROM projects_decision") == [("draft",)]
            if index:
                sql("UPDATE projects_decisionoption SET withdrawn_at = now() WHERE id = %s", option.pk)
            else:
                sql("UPDATE projects_decision SET state = 'proposed', proposed_at = now()")
            looked.wait(PATIENCE)

    assert at_once(2, careless) == [None, None]
    assert how_it_ended(shop, decision) == ("proposed", 1)
