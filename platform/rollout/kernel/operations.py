"""Migration operations for what the schema editor has no words for: functions and triggers of a schema."""

from __future__ import annotations

from typing import Any

from django.db import router
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


def _types(arguments: str) -> str:
    return ", ".join(part.strip().split(" ", 1)[1] for part in arguments.split(",") if part.strip())
