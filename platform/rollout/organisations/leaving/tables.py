"""An organisation's tables as text, in an order that is the same wherever they lie."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations.protection import UNPROTECTED


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns by name, those that make a row unique, and those that count by themselves."""

    name: str
    columns: list[str]
    key: list[str]
    counting: list[str]


# Through the dependencies on the schema, which have an index: the list of all tables of all organisations has none.
_TABLES = """
SELECT c.relname,
       array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attgenerated = ''),
       array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attnum = ANY (i.indkey)),
       coalesce(array_agg(a.attname::text) FILTER (WHERE a.attidentity <> ''), '{}')
  FROM pg_depend d
  JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r'
  JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(%s)
   AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND c.relname <> ALL (%s)
 GROUP BY c.relname
 ORDER BY c.relname COLLATE "C"
"""


def tables_of(schema: str) -> list[Table]:
    """Every table of a schema that holds somebody's data."""
    with owner_connection().cursor() as cursor:
        cursor.execute(_TABLES, [schema, list(UNPROTECTED)])
        return [Table(*row) for row in cursor.fetchall()]


def speak_plainly() -> None:
    """Let values read the same on every server. For the present transaction."""
    with owner_connection().cursor() as cursor:
        cursor.execute(
            "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
            " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0"
        )


def copy_out(cursor: Any, schema: str, table: Table) -> Iterator[bytes]:
    """Every row, block by block. The owner sees them all, since it has the definer's rights."""
    key = sql.SQL(", ").join(sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(name)) for name in table.key)
    statement = sql.SQL("COPY (SELECT {columns} FROM {table} ORDER BY {key}) TO STDOUT").format(
        columns=_columns(table), table=sql.Identifier(schema, table.name), key=key
    )
    with cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def copy_in(cursor: Any, schema: str, table: Table, blocks: Iterator[bytes]) -> None:
    """Put rows into a table that `open_for_loading` has opened."""
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        columns=_columns(table), table=sql.Identifier(schema, table.name)
    )
    with cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


def fingerprint(cursor: Any, schema: str, table: Table) -> tuple[int, str]:
    """How many rows a table has, and the hash of all of them."""
    sha = hashlib.sha256()
    for block in copy_out(cursor, schema, table):
        sha.update(block)
    return cursor.rowcount, sha.hexdigest()


def open_for_loading(cursor: Any, schema: str, tables: list[Table]) -> None:
    """Let the owner write whole tables, before policies and triggers are in force.

    The triggers judge acts, each at its own moment; these rows are what was left of acts that they have judged.
    """
    for table in tables:
        name = sql.Identifier(schema, table.name)
        cursor.execute(
            sql.SQL("ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {0} DISABLE TRIGGER USER").format(name)
        )


def close_after_loading(cursor: Any, schema: str, tables: list[Table]) -> None:
    """Ask every foreign key now, let numbers go on where they were, and put protection in force again."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    for table in tables:
        name = sql.Identifier(schema, table.name)
        for column in table.counting:
            last = sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(sql.Identifier(column), name)
            cursor.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence(%s, %s), ({}) + 1, false)").format(last),
                [f'"{schema}"."{table.name}"', column],
            )
        cursor.execute(
            sql.SQL("ALTER TABLE {0} ENABLE TRIGGER USER; ALTER TABLE {0} FORCE ROW LEVEL SECURITY").format(name)
        )


def _columns(table: Table) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, table.columns))
