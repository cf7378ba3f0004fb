"""Both sign, or one signs while the other ends it, at the very same moment, with real commits."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from psycopg import sql as names

from rollout.kernel.tenancy import tell
from rollout.organisations.models import Organisation
from tenants.disclosure.models import Audience
from tenants.pairs.models import Pair
from tenants.pairs.queries import seat_of
from tenants.surfacing import actions
from tenants.surfacing.models import Surfacing
from tests import world_surfacing
from tests.racing import PATIENCE, rewritten, together, wait_for_somebody_in_line
from tests.world import inside, sql

THREADS = 32


@pytest.fixture
def made(own_database):
    return world_surfacing.pair_with_work(Organisation.objects.get(slug="north"))


def openings(made, surfacing):
    with inside(made.organisation, made.citizen):
        state = Surfacing.objects.get(pk=surfacing.pk).state
        keys = sql("SELECT count(*) FROM surfacing_surfacingkey WHERE surfacing_id = %s", surfacing.pk)[0][0]
        grants = sql("SELECT row_class, count(*) FROM disclosure_disclosuregrant WHERE surfacing_id = %s"
                     " AND ended_at IS NULL GROUP BY 1", surfacing.pk)  # fmt: skip
        opened = sql("SELECT count(*) FROM audit_event WHERE subject_id = %s AND action = 'surfacing.opened'",
                     surfacing.pk)[0][0]  # fmt: skip
    return state, keys, dict(grants), opened


def test_32_signatures_at_once_open_it_exactly_once(made):
    package = world_surfacing.package(made)
    works = [lambda who=who: world_surfacing.signed(made, package, who) for who in made.partners * (THREADS // 2)]
    answers = together(*works)
    assert not [answer for answer in answers if isinstance(answer, str)]
    once = dict.fromkeys(("pair", "people", "task", "project", "decision", "result", "support"), 1)
    assert openings(made, package) == ("signed", 2, once, 1)


def test_a_withdrawal_against_the_second_key_wins_or_comes_first_and_nothing_stays_open(made):
    for threads in (THREADS, 2, 2, 2):
        package = world_surfacing.package(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
        world_surfacing.signed(made, package, made.professional)
        works = [
            lambda package=package: world_surfacing.signed(made, package, made.citizen),
            lambda package=package: world_surfacing.withdrawn(made, package, made.professional),
        ] * (threads // 2)
        answers = together(*works)
        state, keys, grants, opened = openings(made, package)
        assert (state, grants, withdrawals(made, package)) == ("withdrawn", {}, 1)
        # Either it was opened once, and then ended; or no key came in time, and nobody ever saw it.
        assert (keys, opened) in ((2, 1), (1, 0))
        assert {answer == "closed" for answer in answers[0::2]} == {opened == 0}
        with inside(made.organisation, made.sponsor, "sponsor"):
            assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]


def withdrawals(made, surfacing):
    with inside(made.organisation, made.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE subject_id = %s AND action = 'surfacing.withdrawn'",
                   surfacing.pk)[0][0]  # fmt: skip


def test_without_the_lock_a_key_still_finds_open_what_was_withdrawn(made, monkeypatch):
    """The control: a key that does not wait for the withdrawal goes on to open it. A constraint is the last to stop
    that, with a bare error instead of a word to the person.
    """
    package = world_surfacing.package(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
    world_surfacing.signed(made, package, made.professional)
    monkeypatch.setattr(actions, "_locked", unlocked)
    taken_back = threading.Event()

    def withdraw():
        with inside(made.organisation, made.professional):
            actions.withdraw(surfacing=package.pk, by=made.professional)
            taken_back.set()
            wait_for_somebody_in_line()

    def sign():
        taken_back.wait(PATIENCE)
        try:
            world_surfacing.signed(made, package, made.citizen)
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
        return None

    unheld = {" for update": ""}
    with rewritten(made.organisation, {"open_surfacing": unheld, "close_surfacing": unheld}):
        assert together(withdraw, sign) == [None, "surfacing_closed_at_iff_closed"]
    assert openings(made, package) == ("withdrawn", 1, {}, 0)


def unlocked(pair, by):
    found = Pair.objects.get(pk=getattr(pair, "pk", pair))
    return found, seat_of(by, found.pk)


def test_a_key_waits_for_whoever_holds_the_pair(made):
    """The lock itself: while one partner is signing, the other's key stands in line."""
    package = world_surfacing.package(made)
    held, done = threading.Event(), threading.Event()

    def hold():
        with inside(made.organisation, made.professional):
            actions.sign(surfacing=package.pk, package_hash=package.package_hash, is_free=True, by=made.professional)
            held.set()
            done.wait(PATIENCE)

    def second():
        held.wait(PATIENCE)
        try:
            with inside(made.organisation, made.citizen):
                tell("SET LOCAL lock_timeout = '200ms'")
                actions.sign(surfacing=package.pk, package_hash=package.package_hash, is_free=True, by=made.citizen)
        finally:
            done.set()

    assert together(hold, second) == [None, "canceling statement due to lock timeout"]
    assert openings(made, package)[:2] == ("open", 1)


def test_without_the_lock_two_keys_miss_each_other(made):
    """The control: written without the pair's lock, each transaction sees its own key alone and nothing opens."""
    package = world_surfacing.package(made)
    barrier = threading.Barrier(2)

    def careless(who):
        with inside(made.organisation, who):
            sql("INSERT INTO surfacing_surfacingkey (id, pair_id, surfacing_id, seat_id, package_hash, override_reason,"
                " signed_at) SELECT gen_random_uuid(), %s, %s, id, %s, '', now() FROM pairs_seat WHERE member_id = %s",
                made.pair, package.pk, package.package_hash, who.pk)  # fmt: skip
            sides = sql("SELECT count(*) FROM surfacing_surfacingkey WHERE surfacing_id = %s", package.pk)[0][0]
            barrier.wait(PATIENCE)
            return sides

    assert together(*(lambda who=who: careless(who) for who in made.partners)) == [1, 1]
    assert openings(made, package)[0] == "open"


def test_even_a_function_of_ours_cannot_make_a_grant_without_two_keys(made, own_database):
    package = world_surfacing.signed(made, world_surfacing.package(made), made.citizen)
    schema, definer = made.organisation.schema_name, f"{settings.ROLE_PREFIX}_definer"
    with inside(made.organisation, made.citizen):
        context = connection.cursor().execute("SELECT current_setting('rollout.context')").fetchone()[0]
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=own_database) as admin:
        admin.execute(names.SQL("SET search_path TO {}").format(names.Identifier(schema)))
        admin.execute("SELECT set_config('rollout.context', %s, false)", [context])
        admin.execute(names.SQL("SET ROLE {}").format(names.Identifier(definer)))
        admin.execute(
            "INSERT INTO disclosure_disclosuregrant (id, pair_id, surfacing_id, row_class, audience, audience_id,"
            " valid_from) VALUES (gen_random_uuid(), %s, %s, 'pair', 'organisation', %s, now())",
            [made.pair, package.pk, package.audience_id],
        )
        with pytest.raises(psycopg.errors.RaiseException, match="two_keys_needed"):
            admin.commit()
