"""Putting an organisation back from its backup: under a new name beside the original, or in another installation.

Everything is one transaction: it stands whole, with the same rows as in the backup, or nothing of it does.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from psycopg import sql

from rollout.audit import actions as audit
from rollout.kernel import files
from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations.digests import digest_of_files
from rollout.organisations.leaving import archive, people, tables
from rollout.organisations.leaving.archive import Archive, Refused
from rollout.organisations.leaving.backup import KEPT, ORGANISATION, no_migration, require_sound
from rollout.organisations.models import Domain, Organisation
from rollout.organisations.provisioning import ProvisioningFailed, create_organisation


def restore(path: Path, *, slug: str, domain: str) -> Organisation:
    """Restore a backup as a new organisation. Raises Refused; then nothing of it is there."""
    with archive.opened(path) as backup, no_migration():
        if backup.about["state"] != digest_of_files():
            raise Refused("This backup was made in another state of the migrations: use the same version of the code.")
        _require_free(slug, domain)
        written: list[Path] = []
        try:
            with transaction.atomic(using="owner", durable=True):
                tables.speak_plainly()
                organisation = _made(json.loads(backup.small(ORGANISATION)), slug, domain)
                written.append(settings.FILES_DIR / organisation.schema_name)
                _load(backup, organisation.schema_name)
                _require_equal(backup, organisation.schema_name)
                audit.record("organisation.restored", by=None, subject=organisation.pk, using="owner")
                _put_files(backup, written[0])
        except BaseException as problem:
            for folder in written:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(problem, DatabaseError):
                raise Refused("The database did not accept this backup; nothing of it was kept.") from problem
            raise
    return organisation


def _require_free(slug: str, domain: str) -> None:
    if Organisation.objects.using("owner").filter(slug=slug).exists():
        raise Refused(f"There is already an organisation “{slug}”.")
    if Domain.objects.using("owner").filter(domain=domain).exists():
        raise Refused(f"There is already an organisation at {domain}.")


def _made(described: dict[str, Any], slug: str, domain: str) -> Organisation:
    # Whoever was not served is not served by being restored; `organisation resume` opens it.
    was_active = described["status"] == Organisation.Status.ACTIVE
    status = Organisation.Status.ACTIVE if was_active else Organisation.Status.SUSPENDED
    try:
        return create_organisation(domain=domain, slug=slug, status=status, **{name: described[name] for name in KEPT})
    except (ProvisioningFailed, ValidationError) as problem:
        raise Refused(str(problem)) from problem


def _load(backup: Archive, schema: str) -> None:
    known = tables.tables_of(schema)
    if backup.tables() != [table.name for table in known]:
        raise Refused("This backup has other tables than an organisation has here.")
    at_home = Organisation.objects.using("owner").filter(pk=backup.about["organisation"]).exists()
    with owner_connection().cursor() as cursor:
        people.arrive(cursor, backup.read(people.PART), at_home=at_home)
        tables.open_for_loading(cursor, schema, known)
        for table in known:
            tables.copy_in(cursor, schema, table, backup.read(f"tables/{table.name}.copy"))
        tables.close_after_loading(cursor, schema, known)


def _require_equal(backup: Archive, schema: str) -> None:
    """The same rows, the same hashes, sound chains, and protection in force."""
    require_sound(schema)
    with owner_connection().cursor() as cursor:
        for table in tables.tables_of(schema):
            part = backup.parts[f"tables/{table.name}.copy"]
            if tables.fingerprint(cursor, schema, table) != (part["rows"], part["sha256"]):
                raise Refused("What was restored is not what is in the backup.")
        cursor.execute(sql.SQL("SELECT sound FROM {}.audit_verify()").format(sql.Identifier(schema)))
        if not cursor.fetchone()[0]:
            raise Refused("An audit chain in this backup is not sound.")


def _put_files(backup: Archive, home: Path) -> None:
    for name in backup.files():
        with files.drafted((home / name).parent, Path(name).name) as file:
            for block in backup.read(f"files/{name}"):
                file.write(block)
