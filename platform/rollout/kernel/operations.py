"""Migration operations for what the schema editor has no words for: functions, triggers, and seeing every row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import router, transaction
from django.db.migrations.operations.base import Operation

from rollout.kernel.database_roles import group


class DefinerFunction(Operation):
    """A function of the organisation's schema that runs as the definer, who sees every row of that schema alone.

    A later migration of a higher app may give the same name a new body. `body` is plpgsql between
    BEGIN and END, or with its own DECLARE.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, name: str, *, arguments: str = "", returns: str, body: str, volatile: bool = False, public: bool = True
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.returns = returns
        self.body = body
        self.volatile = volatile
        self.public = public

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that a model knows changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        text = self.body.strip()
        if not text.lower().startswith("declare"):
            text = f"begin\n{text}\nend"
        signature = f"{self.name}({_types(self.arguments)})"
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns} LANGUAGE plpgsql"
            f" {'VOLATILE' if self.volatile else 'STABLE'} SECURITY DEFINER SET search_path FROM CURRENT"
            f" AS $body$\n{text}\n$body$",
            params=None,
        )
        schema_editor.execute(f'ALTER FUNCTION {signature} OWNER TO "{group("definer")}"', params=None)
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC", params=None)
        if self.public:
            schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {signature} TO "{group("tenant")}"', params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """An older body comes back when its own migration is applied again."""

    def describe(self) -> str:
        return f"Define function {self.name}"

    @property
    def migration_name_fragment(self) -> str:
        return self.name


class DefinerTrigger(Operation):
    """A trigger with its function. `deferred` triggers are asked at the end of the transaction."""

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, name: str, *, table: str, when: str, body: str, deferred: bool = False, per: str = "ROW"
    ) -> None:
        self.name = name
        self.table = table
        self.when = when
        self.body = body
        self.deferred = deferred
        self.per = per

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that a model knows changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        text = self.body.strip()
        if not text.lower().startswith("declare"):
            text = f"begin\n{text}\nend"
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path FROM CURRENT AS $body$\n{text}\n$body$",
            params=None,
        )
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {self.name} ON "{self.table}"', params=None)
        kind = "CONSTRAINT TRIGGER" if self.deferred else "TRIGGER"
        wait = " DEFERRABLE INITIALLY DEFERRED" if self.deferred else ""
        schema_editor.execute(
            f'CREATE {kind} {self.name} {self.when} ON "{self.table}"{wait}'
            f" FOR EACH {self.per} EXECUTE FUNCTION {self.name}()",
            params=None,
        )
        schema_editor.execute(f'ALTER FUNCTION {self.name}() OWNER TO "{group("definer")}"', params=None)
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {self.name}() FROM PUBLIC", params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {self.name} ON "{self.table}"', params=None)

    def describe(self) -> str:
        return f"Define trigger {self.name}"

    @property
    def migration_name_fragment(self) -> str:
        return self.name


class EveryRow(Operation):
    """Does its operations while the owner of these tables sees every row of them.

    Between two declarations (RemoveConstraint, AddConstraint) a table has forced security and no policy, so
    its owner is blind: a change of data finds no rows, and a new foreign key calls itself valid beside an
    orphan. Security is forced again in the same transaction. The operations may not rename the tables.
    """

    def __init__(self, *operations: Operation, tables: tuple[str, ...]) -> None:
        self.operations = operations
        self.tables = tables

    @property
    def reversible(self) -> bool:  # type: ignore[override]  # Django declares it as an attribute
        return all(operation.reversible for operation in self.operations)

    def state_forwards(self, app_label: str, state: Any) -> None:
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        with self._seeing(schema_editor):
            for operation in self.operations:
                after = from_state.clone()
                operation.state_forwards(app_label, after)
                operation.database_forwards(app_label, schema_editor, from_state, after)
                from_state = after

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        states = [to_state]
        for operation in self.operations:
            states.append(states[-1].clone())
            operation.state_forwards(app_label, states[-1])
        with self._seeing(schema_editor):
            for operation, before, after in reversed(list(zip(self.operations, states, states[1:], strict=False))):
                operation.database_backwards(app_label, schema_editor, after, before)

    @contextmanager
    def _seeing(self, schema_editor: Any) -> Iterator[None]:
        waited = len(schema_editor.deferred_sql)
        with transaction.atomic(using=schema_editor.connection.alias):
            self._force(schema_editor, "NO FORCE")
            yield
            # What the editor keeps for the end (new foreign keys) has to look at the rows as well.
            late, schema_editor.deferred_sql[waited:] = schema_editor.deferred_sql[waited:], []
            for statement in late:
                schema_editor.execute(statement, params=None)
            # A table with unanswered checks of its rows cannot be altered.
            schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
            schema_editor.execute("SET CONSTRAINTS ALL DEFERRED", params=None)
            self._force(schema_editor, "FORCE")

    def _force(self, schema_editor: Any, how: str) -> None:
        for table in self.tables:
            schema_editor.execute(f'ALTER TABLE IF EXISTS "{table}" {how} ROW LEVEL SECURITY', params=None)

    def describe(self) -> str:
        return f"With every row of {', '.join(self.tables)} in sight"

    @property
    def migration_name_fragment(self) -> str:
        return "every_row"


def _types(arguments: str) -> str:
    return ", ".join(part.strip().split(" ", 1)[1] for part in arguments.split(",") if part.strip())
