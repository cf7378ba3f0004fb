"""The test run's database: a prepared one with two organisations, copied for each run.

The prepared database is named after the migrations' digest, so it is made once per state of the code.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from rollout.jobs.models import Sweep
from rollout.kernel.postgresql.base import PUBLIC, owner_connection
from rollout.organisations import security
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.management.commands.bootstrap import bootstrap
from rollout.organisations.migrating import migrate_all
from rollout.organisations.provisioning import create_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

NORTH = {"slug": "north", "name": "Northmoor Hospitals Group", "identifier": "RX9", "identifier_scheme": "ODS"}
SOUTH = {"slug": "south", "name": "Southvale Trust"}


def use(name: str) -> None:
    """Point every alias at a database, and the owner's at its public schema, whoever left it elsewhere."""
    if not name.startswith("test_"):
        raise RuntimeError(f"{name} is not a test database")
    owner_connection().schema_name = PUBLIC
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _digest() -> str:
    """What the prepared database depends on: migrations of every app, and what makes organisations."""
    state = hashlib.sha256(digest_of_migrations().encode())
    root = Path(settings.ROOT, "platform/rollout")
    for path in [*sorted(root.glob("*/migrations/0*.py")), *sorted((root / "organisations").glob("*.py")),
                 root / "kernel/privacy.py", root / "kernel/operations.py", Path(__file__)]:  # fmt: skip
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


def prepared(admin: psycopg.Connection) -> str:
    """The name of the prepared database, made now when this state of the code has none yet."""
    name = f"test_prepared_{_digest()}"
    # Several runs on one server wait for the first to finish.
    admin.execute("SELECT pg_advisory_lock(726001)")
    try:
        _make_roles(admin)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]).fetchone():
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            bootstrap(settings.DATABASE_ADMIN_URL, name)
            use(name)
            migrate_all(say=lambda line: None)
            for fields in (NORTH, SOUTH):
                create_organisation(domain=f"{fields['slug']}.localhost", **fields)
            # Somebody looks after the jobs, for as long as tests last.
            Sweep.objects.create(swept_at=datetime(2100, 1, 1, tzinfo=UTC))
            for alias in connections:
                connections[alias].close()
            admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
    finally:
        admin.execute("SELECT pg_advisory_unlock(726001)")
    return name


def _make_roles(admin: psycopg.Connection) -> None:
    security.make_roles(
        admin,
        {"login": settings.DATABASE_LOGIN_URL, "platform": settings.DATABASE_PLATFORM_URL,
         "migrator": settings.DATABASE_OWNER_URL},
    )  # fmt: skip


@contextmanager
def copy(suffix: str = "", *, of: str = "") -> Iterator[str]:
    """A fresh copy of the prepared database, or of another that nobody uses now; dropped at the end."""
    name, before = f"test_run_{os.getpid()}{suffix}", connections["default"].settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        template = of or prepared(admin)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        security.own_database(admin, name)
    try:
        yield name
    finally:
        for alias in connections:
            connections[alias].close()
            if connections[alias].settings_dict["NAME"] == name:  # whoever failed in here did not go back
                connections[alias].settings_dict["NAME"] = before
        with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
