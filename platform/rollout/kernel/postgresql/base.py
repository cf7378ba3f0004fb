"""Django's PostgreSQL engine with one addition: BEGIN carries who we are.

Three aliases share it. `default` is organisation data and answers only inside an organisation;
`platform` is the public schema; `owner` migrates and provisions, in commands only, and follows the
schema that django-tenants' router asks about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.backends.postgresql import base as postgresql

from rollout.kernel.errors import OutsideOrganisation
from rollout.kernel.tenancy import current_place

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC = "public"

MOST_REMEMBERED = 1600
"""A server process remembers what it has met in every organisation and never forgets any of it, so its memory only
grows: by up to one and a half megabytes per organisation. Measured, this much is about 60 megabytes: some thirty
organisations with everything in them, or four times as many of which a page or two was opened."""
PER_ORGANISATION = 10
"""What an organisation itself weighs, beside the different statements in it: its rules and what they look at."""


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """One connection of one alias."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schema_name = PUBLIC
        self._connecting = False
        self._remembered: dict[str, set[int]] = {}
        if self.alias == "default":
            self.execute_wrappers.append(self._remember)

    def connect(self) -> None:
        self._connecting = True
        self._remembered.clear()
        try:
            super().connect()
        finally:
            self._connecting = False

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if self.alias == "owner":
            owner = self.settings_dict["OWNER_ROLE"]
            self.connection.execute(f'SET ROLE "{owner}"')
            self._follow_schema()

    def _start_transaction_under_autocommit(self) -> None:
        # Called by the outermost atomic(): one message, one round trip.
        where = current_place() if self.alias == "default" else None
        try:
            with self.wrap_database_errors:
                self.connection.execute(f"BEGIN; {where.statement()}" if where else "BEGIN")
        except Exception:
            with self.wrap_database_errors:
                self.connection.rollback()
            raise

    def close_if_unusable_or_obsolete(self) -> None:
        """Called by Django before and after each request, and by the job loop before each job."""
        super().close_if_unusable_or_obsolete()
        if self.connection is not None and self._weight() >= MOST_REMEMBERED:
            self.close()

    def _remember(self, execute: Callable[..., Any], statement: Any, *said: Any) -> Any:
        # Of a statement whose words were used before in this organisation, the server has met everything.
        if where := current_place():
            self._remembered.setdefault(where.schema, set()).add(hash(statement))
        return execute(statement, *said)

    def _weight(self) -> int:
        return sum(PER_ORGANISATION + len(statements) for statements in self._remembered.values())

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = super().create_cursor(name)
        if name is not None and self.alias == "default":
            cursor._withhold = False  # else .iterator() would outlive the transaction and its context
        return cursor

    def _cursor(self, name: str | None = None) -> Any:
        if self.alias == "default" and not self._connecting and not self.in_atomic_block:
            raise OutsideOrganisation("organisation data is only reachable inside in_organisation()")
        return super()._cursor(name)  # type: ignore[misc]  # the stubs leave it out

    def set_schema(self, schema_name: str, **_: Any) -> None:
        """Look at one schema from now on. For the owner alias alone: migrations and provisioning."""
        if self.alias != "owner":
            raise OutsideOrganisation("only the owner alias may be pointed at a schema")
        self.schema_name = schema_name
        if self.connection is not None:
            self._follow_schema()

    def set_schema_to_public(self) -> None:
        """Look at the public schema again."""
        self.set_schema(PUBLIC)

    def _follow_schema(self) -> None:
        # pg_temp comes last on purpose: a temporary table must never stand in for a real one.
        with self.wrap_database_errors:
            self.connection.execute(f'SET search_path TO "{self.schema_name}", pg_temp')


def owner_connection() -> DatabaseWrapper:
    """The owner alias, for commands that migrate and provision."""
    connection = connections["owner"]
    assert isinstance(connection, DatabaseWrapper)
    return connection
