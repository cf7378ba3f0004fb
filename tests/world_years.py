"""A pair with two years behind it: what it has made once, again for every week, each time further back.

The database copies the weeks itself, so a new table of a pair grows old here without being named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from rollout.kernel.sealing import seal, unseal
from tenants.instruments import queries as instruments

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation

WEEKS = 104
ONE_PAIR = ("pairs_pair", "pairs_seat")
"""There is one pair, and its two seats are taken once."""
FEW = {
    "members_invitation": 5,
    "workplan_measure": 20,
    "workplan_framesource": 20,
    "workplan_stakeholder": 60,
    "assistance_helperchoice": 5,
    "surfacing_surfacing": 10,
    "reflections_sharedpassage": 20,
}
"""What a pair can have only so much of, or has only a little of at a time."""
STACKED = {"workplan_measurevalue": "measure_id", "workplan_stakeholdercontact": "stakeholder_id"}
"""What comes again for the same thing, and not for a copy of that thing: by the column that names the thing."""
STEPS = {"agreement_hoursgiven": "1 month"}
"""What is told for another time than a week."""
DIFFERENT = {"workplan_pairfile": "path"}
"""Texts that no two rows share, by the column; their length stays."""
SEALED = {"instruments_answer": instruments.purpose}
"""What a row is sealed for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows of a pair: its columns with their types, and which of them lead to which other table."""

    name: str
    columns: dict[str, str]
    leads: dict[str, str]

    def again(self, tables: dict[str, Table]) -> sql.Composed:
        """Every row of the pair once more for each week. What may be there only once is left as it is."""
        return sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS made, generate_series(1, %(weeks)s) week"
            " WHERE made.pair_id = %(pair)s ORDER BY week ON CONFLICT DO NOTHING"
        ).format(
            table=sql.Identifier(self.name),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            values=sql.SQL(", ").join(self._value(column, tables) for column in self.columns),
        )

    def most(self, tables: dict[str, Table], weeks: int) -> int:
        """How often its rows come again: no oftener than what they belong to."""
        above = [
            tables[name].most(tables, weeks) for column, name in self.leads.items() if self._follows(column, tables)
        ]
        return min([weeks, FEW.get(self.name, weeks), *above])

    def _follows(self, column: str, tables: dict[str, Table]) -> bool:
        return self.leads.get(column, self.name) in set(tables) - {self.name} and STACKED.get(self.name) != column

    def _value(self, column: str, tables: dict[str, Table]) -> sql.Composed:
        here = sql.SQL("made.{}").format(sql.Identifier(column))
        copied = sql.SQL("md5({}::text || week)::uuid").format(here)
        if column == "id":
            return copied
        if self._follows(column, tables):
            parent = sql.Identifier(self.leads[column])
            return sql.SQL("coalesce((SELECT id FROM {} WHERE id = {}), {})").format(parent, copied, here)
        if DIFFERENT.get(self.name) == column:
            return sql.SQL("left({}, -3) || lpad(week::text, 3, '0')").format(here)
        if self.columns[column] in ("date", "timestamp with time zone"):
            kind = sql.SQL(self.columns[column])  # type: ignore[arg-type]
            return sql.SQL("({} - week * %(step)s::interval)::{}").format(here, kind)
        return sql.Composed([here])


def grow_old(organisation: Organisation, pair: UUID, weeks: int = WEEKS) -> dict[str, tuple[int, int]]:
    """Make what this pair has once more for each week; how many rows of it each table had, and how many it has."""
    address = settings.DATABASE_ADMIN_URL.rsplit("/", 1)[0] + f"/{connections['default'].settings_dict['NAME']}"
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")  # the rules of the rooms are for people's acts
        connection.execute("SELECT set_config('search_path', %s, true)", [organisation.schema_name])
        tables = _tables(connection, organisation.schema_name)
        before = {name: _rows(connection, name, pair) for name in tables}
        for table in tables.values():
            told = {"weeks": table.most(tables, weeks), "pair": pair, "step": STEPS.get(table.name, "1 week")}
            connection.execute(table.again(tables), told)
            if table.name in SEALED:
                _seal_again(connection, table, pair, weeks)
        connection.execute("ANALYZE")
        return {name: (before[name], _rows(connection, name, pair)) for name in tables}


def _rows(connection: psycopg.Connection, table: str, pair: UUID) -> int:
    counted = sql.SQL("SELECT count(*) FROM {} WHERE pair_id = %s").format(sql.Identifier(table))
    return int(connection.execute(counted, [pair]).fetchone()[0])  # type: ignore[index]


def _seal_again(connection: psycopg.Connection, table: Table, pair: UUID, weeks: int) -> None:
    """What is sealed opens in its own row alone, so each copy gets a seal of its own."""
    purpose, name = SEALED[table.name], sql.Identifier(table.name)
    found = connection.execute(sql.SQL("SELECT id, sealed FROM {} WHERE pair_id = %s").format(name), [pair])
    rows: dict[UUID, str] = dict(found.fetchall())
    copies = {_copy_of(row, week): row for row in rows for week in range(1, weeks + 1)}
    with connection.cursor() as cursor:
        cursor.executemany(
            sql.SQL("UPDATE {} SET sealed = %s WHERE id = %s").format(name),
            [
                (seal(unseal(rows[row], purpose(row)), purpose(copy)), copy)
                for copy, row in copies.items()
                if copy in rows
            ],
        )


def _copy_of(row: UUID, week: int) -> UUID:
    return UUID(hashlib.md5(f"{row}{week}".encode(), usedforsecurity=False).hexdigest())


def _tables(connection: psycopg.Connection, schema: str) -> dict[str, Table]:
    """The tables of a pair, parents before what leads to them."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = %s AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        " AND c.is_identity = 'NO' ORDER BY c.table_name, c.ordinal_position",
        [schema],
    ):
        columns.setdefault(table, {})[column] = kind
    leads: dict[str, dict[str, str]] = {table: {} for table in columns}
    for table, column, parent in connection.execute(
        "SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint k"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.connamespace = %s::regnamespace",
        [schema],
    ):
        leads[table][column] = parent
    ours = {
        table
        for table, names in columns.items()
        if "pair_id" in names and names.get("id") == "uuid" and table not in ONE_PAIR
    }
    order = TopologicalSorter({table: (set(leads[table].values()) & ours) - {table} for table in ours})
    return {table: Table(table, columns[table], leads[table]) for table in order.static_order()}
