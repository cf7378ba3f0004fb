"""Learning, once, what a set of migrations does to an organisation's schema.

Django's own executor migrates a schema that is in exactly the state of the organisations, made from the
script that was prepared for that state. Every statement of the schema editor is written down. The
rehearsal happens in one transaction that is always rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.migrations import AddField, AlterField, Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from rollout.kernel.database_roles import group
from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import digests, provisioning
from rollout.organisations.models import PreparedScript

REHEARSAL = "rehearsal_of_an_organisation"
"""The schema's unmistakable name, so that putting an organisation's in its place is a plain replacement."""

# What else is said on the connection while migrations run: looking, marking a place to return to, noting what is done.
_ASIDE = re.compile(r'\s*(?:SELECT|SHOW|SAVEPOINT|RELEASE SAVEPOINT|INSERT INTO "django_migrations")\s', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recording:
    """What brings a schema from one digest to another: the statements, and the migrations that they stand for."""

    before: str
    after: str
    history: str
    statements: tuple[str, ...]
    applied: tuple[tuple[str, str], ...]


class Unrepeatable(Exception):
    """These migrations do something that differs from organisation to organisation."""


class _Rollback(Exception):
    """Ends the rehearsal."""


def record(before: str, after: str) -> Recording | None:
    """What leads from one digest to another; None when each organisation has to take the way itself."""
    script = PreparedScript.objects.using("owner").filter(digest=before).values_list("sql", flat=True).first()
    if script is None:
        return None
    found: list[Recording] = []
    try:
        with transaction.atomic(using="owner"):
            _open_rehearsal(script)
            found.append(_rehearse(before, after))
            raise _Rollback
    except (_Rollback, Unrepeatable):
        pass
    finally:
        owner_connection().set_schema_to_public()
    return found[0] if found else None


def is_repeatable(migration: Migration) -> bool:
    """Whether a migration says the same to every organisation, and all of it in one transaction."""
    if migration.app_label not in digests.labels():
        return True  # its tables are elsewhere: here it is only noted
    return bool(migration.atomic) and all(_says_the_same(operation) for operation in _all(migration.operations))


def _all(operations: Any) -> Iterator[Any]:
    for operation in operations:
        yield operation
        yield from _all(getattr(operation, "operations", ()))
        yield from _all(getattr(operation, "database_operations", ()))


def _says_the_same(operation: Any) -> bool:
    if isinstance(operation, RunPython):
        return False
    default = getattr(operation.field, "default", None) if isinstance(operation, AddField | AlterField) else None
    # A fresh key or the present moment would be written into the statement.
    return not callable(default) or bool(default() == default())


def history_of(schema: str) -> str:
    """SQL for a mark of which migrations of the organisations' apps a schema has seen."""
    ours = ", ".join(f"'{label}'" for label in digests.labels())
    return (
        "(SELECT md5(coalesce(string_agg(app || '.' || name, ',' ORDER BY app COLLATE \"C\", name COLLATE \"C\"), ''))"
        f" FROM {schema}.django_migrations WHERE app IN ({ours}))"
    )


def _open_rehearsal(script: str) -> None:
    owner = owner_connection()
    with owner.cursor() as cursor:
        for statement in ("CREATE SCHEMA {schema}", "GRANT USAGE, CREATE ON SCHEMA {schema} TO {definer}"):
            names = {"schema": sql.Identifier(REHEARSAL), "definer": sql.Identifier(group("definer"))}
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute(script.replace(provisioning.TEMPLATE, REHEARSAL))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    owner.set_schema(REHEARSAL)


def _rehearse(before: str, after: str) -> Recording:
    owner = owner_connection()
    executor = MigrationExecutor(owner)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not all(is_repeatable(migration) for migration, _ in plan):
        raise Unrepeatable
    with owner.cursor() as cursor:
        cursor.execute(f"SELECT {history_of(REHEARSAL)}")
        history = cursor.fetchone()[0]
    known = set(executor.loader.applied_migrations)
    with listening() as statements:
        executor.migrate(executor.loader.graph.leaf_nodes(), plan=plan)
    applied = [key for key in executor.recorder.applied_migrations() if key not in known]
    return Recording(before, after, history, tuple(statements), tuple(applied))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Write down what schema editors of the owner's connection say, and refuse what anybody else changes."""
    owner = owner_connection()
    plain = owner.SchemaEditorClass
    statements: list[str] = []
    asked = False

    class Editor(plain):  # type: ignore[valid-type, misc]  # the class that this connection has
        def execute(self, sql: Any, params: Any = ()) -> None:
            nonlocal asked
            asked = True
            try:
                super().execute(sql, params)
            finally:
                asked = False

    def listen(execute: Callable[..., Any], said: str, params: Any, many: bool, context: Any) -> Any:
        if asked:
            statements.append(said)
        elif not _ASIDE.match(said):
            raise Unrepeatable(said)
        return execute(said, params, many, context)

    owner.SchemaEditorClass = Editor
    try:
        with owner.execute_wrapper(listen):
            yield statements
    finally:
        owner.SchemaEditorClass = plain
