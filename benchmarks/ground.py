"""The databases that a run measures on, made anew and removed at the end."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

OURS, STOCK, FEW, MANY = "bench_ours", "bench_stock", "bench_few", "bench_many"
PREFIX = "rollout_test"


def admin(database: str = "postgres") -> psycopg.Connection[Any]:
    """Every right on the server."""
    return psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=database, autocommit=True)


def make() -> None:
    """Roles, the platform's database, and an empty one for django-tenants. Needs Django to be set up."""
    from rollout.organisations.management.commands.bootstrap import bootstrap

    remove()
    bootstrap(os.environ["DATABASE_ADMIN_URL"], OURS)
    with admin() as server:
        server.execute(f"CREATE DATABASE {STOCK} TEMPLATE template0")


def copy(name: str) -> None:
    """The platform's database as it is now; nobody may be using it."""
    from rollout.organisations import security

    with admin() as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {OURS}")
        security.own_database(server, name)


def remove() -> None:
    """The databases, and the roles of their organisations."""
    roles: list[str] = []
    with suppress(psycopg.OperationalError), admin(OURS) as server:
        found = server.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^o_'").fetchall()
        roles = [f"{PREFIX}_{name}" for (name,) in found]
    with admin() as server:
        for name in (OURS, STOCK, FEW, MANY, f"test_{STOCK}"):
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in roles:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def put_rows(database: str, schemas: list[str], *, pairs: int, decisions: int) -> None:
    """The same rows in each schema: sites, pairs with two seats each, and decisions of each pair.

    The person of the page sits in the first pair; so no policy lets in more than that one.
    """
    with admin(database) as server:
        server.execute("SET session_replication_role = replica")
        for schema in schemas:
            server.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
            server.execute(_ROWS.replace("PAIRS", str(pairs)).replace("DECISIONS", str(decisions)))


def make_plain(schema: str) -> None:
    """The tables of one organisation, with its rows and indexes, without policies, functions and triggers."""
    with admin(OURS) as server:
        server.execute("CREATE SCHEMA plain")
        tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace"
        for (table,) in server.execute(tables, [schema]).fetchall():
            server.execute(f'CREATE TABLE plain."{table}" (LIKE {schema}."{table}" INCLUDING ALL)')
            server.execute(f'INSERT INTO plain."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM {schema}."{table}"')
        server.execute("ANALYZE")


_ROWS = """
INSERT INTO members_member (id, name, listed, joined_at)
  SELECT lpad(to_hex(n), 32, '0')::uuid, 'Member ' || n, true, now() FROM generate_series(1, 2) n;
INSERT INTO members_site (id, name) SELECT gen_random_uuid(), 'Site ' || n FROM generate_series(1, 20) n;
INSERT INTO pairs_pair (id, title, stage, founded_at)
  SELECT lpad(to_hex(n), 32, '0')::uuid, 'Pair ' || n, 'working', now() FROM generate_series(1, PAIRS) n;
INSERT INTO pairs_seat (id, pair_id, member_id, side, kind, taken_at)
  SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', lpad(to_hex(n), 32, '0')::uuid,
         (ARRAY['citizen', 'professional'])[n], (ARRAY['patient', 'clinician'])[n], now() FROM generate_series(1, 2) n;
INSERT INTO projects_decision (id, pair_id, title, text, state, content_hash, proposed_by_id, drafted_at)
  SELECT lpad(to_hex((p - 1) * DECISIONS + n), 32, '0')::uuid, lpad(to_hex(p), 32, '0')::uuid, 'Decision ' || n,
         repeat('what was decided ', 20), 'draft', '', '00000000-0000-0000-0000-000000000001', now()
    FROM generate_series(1, PAIRS) p, generate_series(1, DECISIONS) n;
"""


def dump_schema(database: str, schema: str, seconds: int) -> None:
    """What `pg_dump -n` does, to nowhere; stopped when it takes too long."""
    address = os.environ["DATABASE_ADMIN_URL"].rsplit("/", 1)[0] + f"/{database}"
    command = [str(settings.PG_DUMP), f"--schema={schema}", f"--dbname={address}"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, stdout=subprocess.DEVNULL, timeout=seconds, check=True)


def private_memory(process: int) -> float | None:
    """Megabytes that belong to a process of this machine alone; None when we may not look."""
    try:
        lines = [line.split() for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()]
    except OSError:
        return None
    return sum(int(line[1]) for line in lines if line[0] in ("Private_Clean:", "Private_Dirty:")) / 1024
