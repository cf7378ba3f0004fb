"""Making a backup of one organisation: everything it has, from one moment, in one sealed file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from rollout.audit import actions as audit
from rollout.kernel import files
from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import provisioning
from rollout.organisations.digests import digest_of_files, digest_of_migrations
from rollout.organisations.leaving import archive, people, tables
from rollout.organisations.leaving.archive import Refused, Writer
from rollout.organisations.migrating import ONE_AT_A_TIME
from rollout.organisations.models import Organisation, PreparedScript, SchemaState

ORGANISATION = "organisation.json"
PASSING = ("exports",)
"""Folders of files that are made again on demand and stay for days: they are in no backup."""

KEPT = (
    "name", "kind", "identifier", "identifier_scheme", "country", "language", "time_zone", "currency", "brand_colour",
    "second_factor_for_all",
)  # fmt: skip


def back_up(slug: str, to: Path) -> None:
    """Write the backup. It is there whole or not at all, and its owner alone may read it. Raises Refused."""
    archive.keys()
    if to.exists():
        raise Refused("There is already a file of that name.")
    with no_migration(), files.drafted(to.parent, to.name) as file, one_moment():
        organisation = Organisation.objects.using("owner").filter(slug=slug).first()
        if organisation is None:
            raise Refused(f"There is no organisation “{slug}”.")
        require_sound(organisation.schema_name)
        with Writer(file) as writer:
            _write(organisation, writer)
    with transaction.atomic(using="owner"):
        audit.record("organisation.backed_up", by=None, subject=organisation.pk, using="owner")


def _write(organisation: Organisation, writer: Writer) -> None:
    schema = organisation.schema_name
    with owner_connection().cursor() as cursor:
        for table in tables.tables_of(schema):
            with writer.part(f"tables/{table.name}.copy") as part:
                for block in tables.copy_out(cursor, schema, table):
                    part.write(block)
                part.rows = cursor.rowcount
        with writer.part(people.PART) as part:
            for block in people.copy_out(cursor, schema):
                part.write(block)
            part.rows = cursor.rowcount
    with writer.part(ORGANISATION) as part:
        part.write(json.dumps(_described(organisation), sort_keys=True).encode())
    home = settings.FILES_DIR / schema
    for path in _files(home):
        with writer.part(f"files/{path.relative_to(home).as_posix()}") as part, path.open("rb") as file:
            while block := file.read(archive.BLOCK):
                part.write(block)
    writer.seal({"state": digest_of_files(), "organisation": str(organisation.pk)})


def _described(organisation: Organisation) -> dict[str, Any]:
    domains = organisation.domains.using("owner").order_by("-is_primary", "domain")
    return {
        **{name: getattr(organisation, name) for name in KEPT},
        "slug": organisation.slug,
        "status": organisation.status,
        "created_at": organisation.created_at.isoformat(),
        "domains": list(domains.values_list("domain", flat=True)),
    }


def _files(home: Path) -> list[Path]:
    """The organisation's finished files. What is being written begins with a dot."""
    found = home.rglob("*") if home.is_dir() else ()
    return sorted(
        path
        for path in found
        if path.is_file()
        and not path.is_symlink()
        and path.name[0] != "."
        and path.relative_to(home).parts[0] not in PASSING
    )


@contextmanager
def no_migration() -> Iterator[None]:
    """Keep migrations waiting meanwhile; refuse while one runs."""
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock_shared(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise Refused("A migration is running: try again when it is done.")
    try:
        yield
    finally:
        if owner_connection().is_usable():
            with owner_connection().cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [ONE_AT_A_TIME])


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees one moment of the whole database, and writes nothing."""
    with transaction.atomic(using="owner", durable=True):
        with owner_connection().cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables.speak_plainly()
        yield


def require_sound(schema: str) -> None:
    """Refuse a schema that is not in the state of the code, or not protected as its models declare.

    A table without its policies would show the owner no rows, and the backup would be empty without a word.
    """
    digest = digest_of_migrations()
    at = SchemaState.objects.using("owner").filter(schema_name=schema).values_list("digest", flat=True).first()
    script = PreparedScript.objects.using("owner").filter(digest=digest).values_list("fingerprint", flat=True).first()
    if at != digest or script is None:
        raise Refused("This organisation is not in the state of the code: run `python manage.py migrate` first.")
    with owner_connection().cursor() as cursor:
        if provisioning.protection_of(cursor, schema) != script:
            raise Refused("This organisation is not protected as its models declare; look into that first.")
