"""Killed at random moments: nothing half-made is served, and the next run finishes it."""

from __future__ import annotations

import random
import time
from itertools import count

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from rollout.accounts.models import Account
from rollout.organisations import hosts, provisioning
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.migrating import is_up_to_date, migrate_all
from rollout.organisations.models import Domain, Organisation, OrganisationRequest, ReadySchema, SchemaState
from rollout.organisations.recording import REHEARSAL
from tests import databases
from tests.rollout.organisations.dumping import dump
from tests.rollout.organisations.killing import killed_after, wait_for_the_server

KILLS = 10
READY = 4
CHANCE = random.SystemRandom()


def silent(line):
    """What the migration has to say is of no interest here."""


def looking_at(name):
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True)


# Migrating


@pytest.fixture
def before(released, release):
    """A database with two organisations and a few ready schemas in the first release's state; nobody uses it."""
    provisioning.fill_pool(READY)
    connections.close_all()
    return released


def changed(admin, schema):
    """How much of the next release stands in a schema: its column, its valid indexes, its noted migrations."""
    asked = """SELECT
      (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(%(s)s || '.lessons_note') AND attname = 'colour'),
      (SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid IN (to_regclass(%(s)s || '.note_by_colour'),
         to_regclass(%(s)s || '.note_by_text'), to_regclass(%(s)s || '.line_by_note')))"""
    noted = f"SELECT count(*) FROM {schema}.django_migrations WHERE app = 'lessons'"
    return (*admin.execute(asked, {"s": schema}).fetchone(), *admin.execute(noted).fetchone())


@pytest.mark.parametrize(("name", "whole"), [("plain", (1, 1, 2)), ("beside", (1, 2, 3))])
def test_a_migration_killed_at_random_moments_is_finished_by_the_next_run(before, release, name, whole):
    seconds, kills = 0.0, 0
    while kills < KILLS // 2:
        with databases.copy("_killed", of=before) as database:
            databases.use(database)
            if not seconds:  # how long it takes, once
                release(name)
                began = time.monotonic()
                migrate_all(say=silent)
                seconds = time.monotonic() - began
                continue
            kills += killed_after(CHANCE.uniform(0, seconds), lambda: migrate_all(say=silent))
            with looking_at(database) as admin:
                wait_for_the_server(admin)
                assert admin.execute("SELECT to_regnamespace(%s)", [REHEARSAL]).fetchone() == (None,)
                old, new = served(release, "first"), served(release, name)
                assert not old & new
                assert {changed(admin, schema) for schema in old} <= {(0, 0, 1)}
                assert {changed(admin, schema) for schema in new} <= {whole}
                migrate_all(say=silent)
                assert is_up_to_date()
                schemas = set(Organisation.objects.values_list("schema_name", flat=True))
                assert served(release, name) == schemas
                schemas |= set(ReadySchema.objects.values_list("schema_name", flat=True))
                assert {changed(admin, schema) for schema in schemas} == {whole}
                some = CHANCE.choice(sorted(schemas))
                assert dump(some, database) == dump(provisioning.TEMPLATE, database)
            connections.close_all()


def served(release, name):
    """The schemas of the organisations that the code of a release would serve."""
    release(name)
    return {one.schema_name for one in Organisation.objects.all() if not hosts.refusal_of(one)}


# Provisioning


def names_for_ever():
    """Make organisations and ready schemas without end, the one from the other now and then."""
    for number in count():
        if number % 3 == 2:
            provisioning.fill_pool(2)
        slug = f"o{time.monotonic_ns()}"
        provisioning.create_organisation(domain=f"{slug}.localhost", slug=slug, name=slug)


def test_provisioning_killed_at_random_moments_leaves_whole_organisations_and_nothing_else(committed):
    schemas: set[str] = set()
    kills = 0
    with looking_at(committed) as admin:
        while kills < KILLS or len(schemas) <= 2:  # a slow machine needs more of them to get anywhere
            kills += 1
            assert killed_after(CHANCE.uniform(0.02, 0.6), names_for_ever)
            wait_for_the_server(admin)
            schemas = {name for (name,) in admin.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^o_'")}
            organisations = set(Organisation.objects.values_list("schema_name", flat=True))
            ready = set(ReadySchema.objects.values_list("schema_name", flat=True))
            assert schemas == organisations | ready
            assert not organisations & ready
            states = SchemaState.objects.filter(schema_name__in=schemas, digest=digest_of_migrations())
            assert states.count() == len(schemas)
            connections.close_all()
        assert Domain.objects.count() == len(organisations)
        assert {hosts.refusal_of(one) for one in Organisation.objects.all()} == {""}
        template = dump(provisioning.TEMPLATE, committed)
        for schema in CHANCE.sample(sorted(schemas), min(3, len(schemas))):
            assert dump(schema, committed) == template


def test_what_operators_asked_for_is_made_once_however_often_the_command_is_killed(committed, capsys):
    operator = Account.objects.create(email="operator@example.org", is_operator=True)
    slugs = [f"asked{number}" for number in range(6)]
    for slug in slugs:
        OrganisationRequest.objects.create(slug=slug, fields={"name": slug}, asked_by=operator)
    with looking_at(committed) as admin:
        for _ in range(4):
            killed_after(CHANCE.uniform(0.05, 0.3), lambda: call_command("organisation", "requests"))
            wait_for_the_server(admin)
            made = set(Organisation.objects.filter(slug__startswith="asked").values_list("slug", flat=True))
            done = OrganisationRequest.objects.filter(state=OrganisationRequest.State.DONE)
            assert set(done.values_list("slug", flat=True)) == made
            connections.close_all()
    call_command("organisation", "requests")
    assert set(OrganisationRequest.objects.values_list("slug", "state")) == {(slug, "done") for slug in slugs}
    assert Organisation.objects.filter(slug__in=slugs).count() == len(slugs)
