"""What the platform's own process does."""

from __future__ import annotations

import importlib
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import transaction

from benchmarks.change.releases import raw
from benchmarks.process import timed
from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import provisioning, recording, replaying
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.leaving import backup
from rollout.organisations.migrating import migrate_all
from rollout.organisations.models import Organisation

_definitions: list[str] = []


def migrate() -> dict[str, float]:
    """Everything that `manage.py migrate` does; the seconds, and those after the template was ready."""
    importlib.invalidate_caches()
    digest_of_migrations.cache_clear()
    moments: list[float] = []
    seconds = timed(lambda: migrate_all(say=lambda line: moments.append(time.perf_counter())))
    return {"whole": seconds, "organisations": time.perf_counter() - moments[0] if moments else 0.0}


def migrate_raw(number: int) -> float:
    """The same column and index by hand, as many organisations in one message."""
    schemas = list(Organisation.objects.using("owner").values_list("schema_name", flat=True))
    owner = owner_connection()

    def send() -> None:
        with owner.cursor() as cursor:
            for at in range(0, len(schemas), replaying.PER_MESSAGE):
                cursor.execute("".join(raw(schema, number) for schema in schemas[at : at + replaying.PER_MESSAGE]))

    seconds = timed(send)
    for schema in schemas:  # the organisations are as their migrations say again
        with owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {schema}.change_thing DROP COLUMN raw{number}")
    return seconds


def fill(first: int, last: int) -> None:
    """Organisations with these numbers."""
    for number in range(first, last):
        provision(number)


def back_up(slug: str) -> float:
    """One organisation, as a file that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(backup.back_up, slug, Path(folder, "backup"))


def provision(number: int) -> float:
    """One organisation; from the pool when somebody waits there."""
    slug = f"t{number}"
    return timed(lambda: provisioning.create_organisation(domain=f"{slug}.localhost", slug=slug, name=slug))


def sign_up(number: int) -> dict[str, float]:
    """One organisation; the seconds spent in the database, the commit included, and those of the whole call."""
    owner = owner_connection()
    spent: list[float] = []

    def listen(execute: Any, *said: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*said)
        finally:
            spent.append(time.perf_counter() - began)

    commit = owner._commit
    owner._commit = lambda: spent.append(timed(commit))
    try:
        with owner.execute_wrapper(listen):
            whole = provision(number)
    finally:
        owner._commit = commit
    return {"database": sum(spent), "whole": whole}


def wait(size: int) -> None:
    """Fill the pool."""
    provisioning.fill_pool(size)


def provision_raw(number: int) -> float:
    """What Django would say to make the same tables, functions and policies, as one message, then dropped again."""
    if not _definitions:
        _learn()
    message = "".join(_definitions).replace(recording.REHEARSAL, f"raw{number}")
    owner = owner_connection()

    def send() -> None:
        with owner.cursor() as cursor:
            cursor.execute(message)

    seconds = timed(send)
    with owner.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA raw{number} CASCADE")
    return seconds


def _learn() -> None:
    from django.db.migrations.executor import MigrationExecutor

    owner = owner_connection()
    begin = (
        f"CREATE SCHEMA {recording.REHEARSAL};"
        f" GRANT USAGE, CREATE ON SCHEMA {recording.REHEARSAL} TO {provisioning.group('definer')};"
    )
    path = f"SET LOCAL search_path TO {recording.REHEARSAL}, pg_temp"
    with transaction.atomic(using="owner"):
        with owner.cursor() as cursor:
            cursor.execute(begin)
        owner.set_schema(recording.REHEARSAL)
        with recording.listening() as statements:
            executor = MigrationExecutor(owner)
            executor.migrate(executor.loader.graph.leaf_nodes())
        transaction.set_rollback(True, using="owner")
    owner.set_schema_to_public()
    _definitions.append("\n;\n".join(["BEGIN", begin, path, *statements, "COMMIT;\n"]))


def schemas(count: int) -> list[str]:
    """The schemas of the first organisations."""
    found = Organisation.objects.using("owner").order_by("created_at").values_list("schema_name", flat=True)
    return list(found[:count])


def script() -> str:
    """The script that makes an organisation's schema, with the template's name in it."""
    from rollout.organisations.models import PreparedScript

    return PreparedScript.objects.using("owner").get(digest=digest_of_migrations()).sql


def differences(database: str) -> int:
    """How many statements differ between the dumps of the template, a provisioned and a replayed schema."""
    from tests.rollout.organisations.dumping import dump

    made = provisioning.create_organisation(domain="new.localhost", slug="new", name="new").schema_name
    (replayed,) = schemas(1)
    template = set(dump(provisioning.TEMPLATE, database))
    return sum(len(template ^ set(dump(schema, database))) for schema in (made, replayed))


def pretend(count: int) -> None:
    """Rows of organisations in this state, without schemas: for what must not look at any schema."""
    from rollout.organisations.models import SchemaState

    made = [Organisation(slug=f"p{number}", name=f"p{number}") for number in range(count)]
    Organisation.objects.using("owner").bulk_create(made)
    states = [SchemaState(schema_name=one.schema_name, digest=digest_of_migrations()) for one in made]
    SchemaState.objects.using("owner").bulk_create(states)


def tenants(count: int) -> list[str]:
    """The schemas of the organisations that were filled in, in the order of their numbers."""
    slugs = [f"t{number}" for number in range(count)]
    found = dict(Organisation.objects.using("owner").filter(slug__in=slugs).values_list("slug", "schema_name"))
    return [found[slug] for slug in slugs]
