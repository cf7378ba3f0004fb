"""Real commands, killed at a known point: while they wait for a lock that the test holds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from rollout.organisations import provisioning
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.migrating import is_up_to_date
from rollout.organisations.models import Domain, Organisation, SchemaState
from tests.rollout.organisations.dumping import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60
WAITING = (
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%migrator'"
    " AND wait_event_type = 'Lock' AND wait_event <> 'advisory'"
)
THERE = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%migrator'"


def command(database: str, *arguments: str, release: str = "") -> subprocess.Popen[str]:
    """A command of the product in a process of its own."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.rollout.organisations.practice.settings",
        "PRACTICE_DATABASE": database,
        "PRACTICE_RELEASE": release,
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@contextmanager
def locked(database: str, statement: str) -> Iterator[None]:
    """Whoever wants this meanwhile waits."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=database) as holder:
        holder.execute(statement)  # type: ignore[arg-type]
        yield
        holder.rollback()


def until(admin: psycopg.Connection, question: str, *, there: bool) -> None:
    end = time.monotonic() + PATIENCE
    while bool(admin.execute(question).fetchall()) != there:  # type: ignore[arg-type]
        assert time.monotonic() < end, question
        time.sleep(0.02)


def killed_while_it_waits(database: str, lock: str, *arguments: str, release: str = "") -> None:
    """Kill the command where it wants what the test holds. What it had sent has come to nothing by the end."""
    with (
        psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=database, autocommit=True) as admin,
        locked(database, lock),
        command(database, *arguments, release=release) as process,
    ):
        until(admin, WAITING, there=True)
        process.kill()
        process.wait()
        admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({THERE.replace('SELECT', 'SELECT pid')}) sessions")
        until(admin, THERE, there=False)


def finished(database: str, *arguments: str, release: str = "") -> str:
    """The same command, left alone."""
    process = command(database, *arguments, release=release)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def page(slug: str) -> tuple[int, str]:
    """What a stranger is answered on an organisation's host."""
    answer = Client(HTTP_HOST=f"{slug}.localhost").get("/help/")
    return answer.status_code, answer.content.decode()


def history(database: str, schema: str) -> set[tuple[str, str]]:
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=database) as admin:
        return set(admin.execute(f"SELECT app, name FROM {schema}.django_migrations").fetchall())  # type: ignore[arg-type]


def schema_of(slug: str) -> str:
    return Organisation.objects.get(slug=slug).schema_name


# Provisioning


@pytest.mark.parametrize("table", ["organisations_organisation", "organisations_domain", "organisations_schemastate"])
def test_an_organisation_whose_making_was_killed_does_not_exist_and_is_made_by_the_next_run(committed, table):
    states, roles = SchemaState.objects.count(), tenants(committed)
    create = ("organisation", "create", "east", "East Trust")

    killed_while_it_waits(committed, f"LOCK TABLE {table} IN SHARE MODE", *create)

    assert not Organisation.objects.filter(slug="east").exists()
    assert not Domain.objects.filter(domain="east.localhost").exists()
    assert SchemaState.objects.count() == states
    assert tenants(committed) == roles
    assert page("east") == page("never-was")
    assert page("east")[0] == 404

    finished(committed, *create)
    assert page("east")[0] == 404, "an unknown host is remembered for a moment"
    from rollout.organisations import hosts

    hosts.forget()
    assert page("east")[0] == 200
    assert dump(schema_of("east"), committed) == dump(provisioning.TEMPLATE, committed)
    assert history(committed, schema_of("east")) == history(committed, provisioning.TEMPLATE)


def tenants(database: str) -> set[str]:
    """The schemas of organisations, and the roles that may use one in this database."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=database) as admin:
        found = admin.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^o_' UNION ALL"
            " SELECT grantee::regrole::text FROM pg_namespace, aclexplode(nspacl)"
            "  WHERE nspname ~ '^o_' AND grantee <> 0"
        ).fetchall()
    return {name for (name,) in found}


# Migrating

AT = {
    "plain": "LOCK TABLE {schema}.lessons_note IN ACCESS SHARE MODE",
    "beside": "LOCK TABLE {schema}.lessons_line IN SHARE UPDATE EXCLUSIVE MODE",
    "python_code": "SELECT FROM {schema}.lessons_note FOR UPDATE",
}
"""How the second organisation is held: a replayed statement, an index made beside the work, a row in Python's loop."""


@pytest.mark.parametrize("name", AT)
def test_a_migration_killed_between_two_organisations_serves_the_whole_ones_and_is_finished_later(
    released, release, admin, name
):
    first, second = Organisation.objects.order_by("created_at").values_list("slug", flat=True)
    for slug in (first, second):
        admin.execute(f"INSERT INTO {schema_of(slug)}.lessons_note (id, text) VALUES (gen_random_uuid(), 'said')")
    old = history(released, schema_of(second))

    killed_while_it_waits(released, AT[name].format(schema=schema_of(second)), "migrate", release=name)

    release(name)
    assert not is_up_to_date()
    assert page(first)[0] == 200
    status, said = page(second)
    assert status == 503
    assert "This organisation is being updated." in said
    digests = dict(SchemaState.objects.values_list("schema_name", "digest"))
    assert digests[schema_of(first)] == digest_of_migrations()
    assert digests[schema_of(second)] != digest_of_migrations()
    assert history(released, schema_of(second)) == old, "the second one's state says what was noted there"
    release("first")
    assert page(first)[0] == 503
    assert page(second)[0] == (503 if name == "beside" else 200), "half of an index made beside the work is no state"

    finished(released, "migrate", release=name)

    release(name)
    assert is_up_to_date()
    assert [page(slug)[0] for slug in (first, second)] == [200, 200]
    for slug in (first, second):
        assert history(released, schema_of(slug)) == history(released, provisioning.TEMPLATE)
        assert dump(schema_of(slug), released) == dump(provisioning.TEMPLATE, released)
        ((text,),) = admin.execute(f"SELECT text FROM {schema_of(slug)}.lessons_note").fetchall()
        assert text == ("said" if name == "beside" else "SAID"), "what changes rows was done once, by one of the runs"
