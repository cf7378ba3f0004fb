"""Migrating schemas one by one with Django's executor: the template, and what cannot be learnt once.

What schemas in the same state share (the loader, the plan, the rendered models) is built for the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import transaction
from psycopg import sql

from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import digests, provisioning
from rollout.organisations.rendering import Executor
from rollout.organisations.replaying import LOCK_TIMEOUT


@dataclass(frozen=True, slots=True)
class _Way:
    """From one set of applied migrations to the code's."""

    executor: Executor
    plan: list[Any]
    state: Any

    @property
    def is_one_transaction(self) -> bool:
        ours = digests.labels()
        return all(migration.atomic for migration, _ in self.plan if migration.app_label in ours)

    def indexes_beside_the_work(self) -> list[str]:
        """The indexes that this way makes outside any transaction."""
        return [
            operation.index.name
            for migration, _ in self.plan
            if not migration.atomic
            for operation in migration.operations
            if isinstance(operation, AddIndexConcurrently)
        ]


class Stepper:
    """Takes one schema after the other to a digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self._ways: dict[frozenset[tuple[str, str]], _Way] = {}

    def migrate(self, schema: str) -> None:
        """All of it stands afterwards. What cannot be one transaction is marked first, and is not served meanwhile."""
        owner = owner_connection()
        owner.set_schema(schema)
        try:
            way = self._way()
            if way.is_one_transaction:
                with transaction.atomic(using="owner"):
                    _be_patient(local=True)
                    self._take(way)
                    provisioning.note_state(schema, self.digest)
                return
            with transaction.atomic(using="owner"):
                provisioning.note_state(schema, digests.HALFWAY)
            try:
                _be_patient(local=False)
                _drop_leftover_indexes(schema, way.indexes_beside_the_work())
                self._take(way)
            finally:
                with owner.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
            provisioning.note_state(schema, self.digest)
        finally:
            owner.set_schema_to_public()

    def _way(self) -> _Way:
        owner = owner_connection()
        applied = _applied()
        way = self._ways.get(applied)
        if way is None:
            executor = Executor(owner)
            executor.loader.check_consistent_history(owner)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            way = _Way(executor, plan, executor.begin())
            if applied:  # an empty schema is the template, and there is one
                self._ways[applied] = way
        return way

    def _take(self, way: _Way) -> None:
        if way.plan:
            way.executor.migrate(way.executor.loader.graph.leaf_nodes(), plan=way.plan, state=way.state.clone())


def _applied() -> frozenset[tuple[str, str]]:
    """What Django's recorder would answer after it has listed all tables of all organisations."""
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            return frozenset()
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset(cursor.fetchall())


def _be_patient(*, local: bool) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(f"SET {'LOCAL' if local else 'SESSION'} lock_timeout = '{LOCK_TIMEOUT}'")


def _drop_leftover_indexes(schema: str, names: list[str]) -> None:
    """What was made beside the work before somebody was killed: its migration begins again and makes it anew.

    The one that was being made is there and good for nothing; those before it are whole, and in the way.
    """
    with owner_connection().cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE (NOT i.indisvalid OR c.relname = ANY(%s)) AND c.relnamespace = to_regnamespace(%s)",
            [names, schema],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(schema, name)))
