"""Who may see, add, change and remove a row: a constraint of the model, kept by the database.

A model of an organisation's schema says `Privacy(see=…, add=…, change=…, remove=…, name="thing_privacy")`
in `Meta.constraints`. `makemigrations` writes it like any other constraint, and the schema editor turns it
into forced row-level security. What is not granted is refused; nobody writes policy SQL by hand.

The rules are small named objects, combined with `|` and `&`. The apps name their own
(`seats()`, `office(…)`, `granted(…)`) out of the few kinds that stand here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint, Model
from django.utils.deconstruct import deconstructible

from rollout.kernel.database_roles import group

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DIGEST = "privacy:"


class Rule:
    """One condition on a row. `sql()` renders it for the table of a model."""

    def sql(self, table: str) -> str:
        raise TypeError(f"{type(self).__name__} does not say what it means")

    def __or__(self, other: Rule) -> Rule:
        return AnyOf(self, other)

    def __and__(self, other: Rule) -> Rule:
        return AllOf(self, other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[Any, ...]:
        path, args, kwargs = self.deconstruct()  # type: ignore[attr-defined]  # given by @deconstructible
        return path, tuple(args), tuple(sorted(kwargs.items()))


@deconstructible
class AnyOf(Rule):
    """At least one of the rules holds."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules

    def sql(self, table: str) -> str:
        return "(" + " OR ".join(rule.sql(table) for rule in self.rules) + ")"


@deconstructible
class AllOf(Rule):
    """Every one of the rules holds."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules

    def sql(self, table: str) -> str:
        return "(" + " AND ".join(rule.sql(table) for rule in self.rules) + ")"


@deconstructible
class Nobody(Rule):
    """Never. Rows of this kind are made or changed by the database's own functions alone."""

    def sql(self, table: str) -> str:
        return "false"


@deconstructible
class Here(Rule):
    """Anybody with a valid context in this organisation, signed in or not."""

    def sql(self, table: str) -> str:
        return "(SELECT security.inside())"


@deconstructible
class Mine(Rule):
    """The row names the person who is looking."""

    def __init__(self, column: str) -> None:
        self.column = column

    def sql(self, table: str) -> str:
        return f'"{table}"."{self.column}" = (SELECT security.person())'


@deconstructible
class Capacity(Rule):
    """The person is wearing this hat."""

    def __init__(self, *capacities: str) -> None:
        self.capacities = capacities

    def sql(self, table: str) -> str:
        names = ",".join(f"'{name}'" for name in self.capacities)
        return f"(SELECT security.capacity()) IN ({names})"


@deconstructible
class Answers(Rule):
    """A function of the organisation's schema answers yes."""

    def __init__(self, function: str, *arguments: str) -> None:
        self.function = function
        self.arguments = arguments

    def sql(self, table: str) -> str:
        return f"(SELECT {self.function}({_literals(self.arguments)}))"


@deconstructible
class Within(Rule):
    """The column holds one of the ids that a function of the schema returns: asked once per query, indexable."""

    def __init__(self, function: str, *arguments: str, column: str) -> None:
        self.function = function
        self.arguments = arguments
        self.column = column

    def sql(self, table: str) -> str:
        return f'"{table}"."{self.column}" = ANY (ARRAY(SELECT {self.function}({_literals(self.arguments)})))'


@deconstructible
class Without(Rule):
    """The column holds none of the ids that a function of the schema returns: asked once per query."""

    def __init__(self, function: str, *arguments: str, column: str) -> None:
        self.function = function
        self.arguments = arguments
        self.column = column

    def sql(self, table: str) -> str:
        return f'"{table}"."{self.column}" <> ALL (ARRAY(SELECT {self.function}({_literals(self.arguments)})))'


@deconstructible
class Outside(Rule):
    """The row's moment lies in none of the spans that a function of the schema gives for the column.

    The function returns rows of `whose` and `spans`. It takes no argument, so it is asked once per query.
    """

    def __init__(self, function: str, *, column: str, moment: str) -> None:
        self.function = function
        self.column = column
        self.moment = moment

    def sql(self, table: str) -> str:
        return (
            f'NOT EXISTS (SELECT 1 FROM {self.function}() AS past WHERE past.whose = "{table}"."{self.column}"'
            f' AND past.spans @> "{table}"."{self.moment}"::timestamptz)'
        )


@deconstructible
class ParentVisible(Rule):
    """The row's parent is visible to the same person, and belongs together with it.

    A foreign key alone accepts a hidden parent; `same` names columns that must be equal in both.
    """

    def __init__(self, column: str, parent: str, same: Iterable[str] = ()) -> None:
        self.column = column
        self.parent = parent
        self.same = tuple(same)

    def sql(self, table: str) -> str:
        alike = "".join(f' AND parent."{name}" = "{table}"."{name}"' for name in self.same)
        return f'EXISTS (SELECT 1 FROM "{self.parent}" parent WHERE parent.id = "{table}"."{self.column}"{alike})'


@deconstructible
class Still(Rule):
    """A column has (still) one of these values."""

    def __init__(self, column: str, *values: str) -> None:
        self.column = column
        self.values = values

    def sql(self, table: str) -> str:
        return f'"{table}"."{self.column}" IN ({_literals(self.values)})'


@deconstructible
class Empty(Rule):
    """A column is (still) empty."""

    def __init__(self, column: str) -> None:
        self.column = column

    def sql(self, table: str) -> str:
        return f'"{table}"."{self.column}" IS NULL'


def _literals(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


class Privacy(BaseConstraint):
    """The privacy declaration of a model; its readers are also what each form tells the person."""

    def __init__(
        self,
        *,
        see: Rule,
        name: str,
        add: Rule | None = None,
        change: Rule | None = None,
        remove: Rule | None = None,
        fields: Iterable[str] = (),
        readers: str = "",
    ) -> None:
        """`fields` are the only columns that may ever be changed; `readers` is a word for who sees a row."""
        super().__init__(name=name)
        self.fields = tuple(fields)
        self.see = see
        self.add = add or Nobody()
        self.change = change or Nobody()
        self.remove = remove or Nobody()
        self.readers = readers

    # What the schema editor asks of a constraint

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        # A Statement interpolates its parts, so a literal percent sign is doubled.
        sql = self._statements(model).replace("%", "%%")
        schema_editor.deferred_sql.append(Statement(sql, table=_Table(model)))
        return ""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        return self._statements(model)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        # Security stays forced: a table between two declarations shows nothing.
        assert model is not None
        table = model._meta.db_table
        drops = [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in POLICIES]
        return "; ".join([*drops, f'COMMENT ON TABLE "{table}" IS NULL'])

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Rows are judged by the database, at the moment of the statement."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["see"] = self.see
        for act in ("add", "change", "remove"):
            if (rule := getattr(self, act)) != Nobody():
                kwargs[act] = rule
        if self.fields:
            kwargs["fields"] = self.fields
        if self.readers:
            kwargs["readers"] = self.readers
        return path, tuple(args), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Privacy) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    # What it means in the database

    def policies(self, table: str) -> dict[str, tuple[str, str | None, str | None]]:
        """Policy name → (command, USING, WITH CHECK), as they must stand in the catalogue."""
        see, add, change, remove = (rule.sql(table) for rule in (self.see, self.add, self.change, self.remove))
        return {
            "privacy_see": ("SELECT", see, None),
            "privacy_add": ("INSERT", None, add),
            "privacy_change": ("UPDATE", change, change),
            "privacy_remove": ("DELETE", remove, None),
        }

    def digest(self, table: str) -> str:
        """A short mark of the declaration, written as the table's comment."""
        declared = (sorted(self.policies(table).items()), sorted(self.fields))
        return DIGEST + hashlib.sha256(repr(declared).encode()).hexdigest()[:32]

    def _statements(self, model: type[Model]) -> str:
        table = model._meta.db_table
        parts = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY privacy_definer ON "{table}" TO "{group("definer")}" USING (true) WITH CHECK (true)',
        ]
        for name, (command, using, check) in self.policies(table).items():
            clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
            parts.append(f'CREATE POLICY {name} ON "{table}" FOR {command} TO "{group("tenant")}"{clauses}')
        tenant = group("tenant")
        parts.append(f'REVOKE ALL ON "{table}" FROM "{tenant}"')
        parts.append(f'GRANT SELECT, INSERT, DELETE ON "{table}" TO "{tenant}"')
        if self.fields:
            columns = ", ".join(f'"{name}"' for name in self.fields)
            parts.append(f'GRANT UPDATE ({columns}) ON "{table}" TO "{tenant}"')
        parts.append(f"COMMENT ON TABLE \"{table}\" IS '{self.digest(table)}'")
        return "; ".join(parts)


POLICIES = ("privacy_definer", "privacy_see", "privacy_add", "privacy_change", "privacy_remove")


class _Table:
    """Lets the schema editor follow a renamed or dropped table in its deferred statements."""

    def __init__(self, model: type[Model]) -> None:
        self.table = model._meta.db_table

    def references_table(self, table: str) -> bool:
        return self.table == table

    def references_column(self, table: str, column: str) -> bool:
        return False

    def references_index(self, table: str, index: str) -> bool:
        return False

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        if self.table == old_table:
            self.table = new_table

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        return None

    def __str__(self) -> str:
        return self.table


def privacy_of(model: type[Model]) -> Privacy | None:
    """The declaration of a model, or None when it has none."""
    return next((c for c in model._meta.constraints if isinstance(c, Privacy)), None)


def protected_models() -> list[type[Model]]:
    """Every model that lives in an organisation's schema."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


@checks.register(checks.Tags.models)
def every_model_declares_its_privacy(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """`makemigrations`, `check` and start-up stop at a model of an organisation without a declaration."""
    return [
        checks.Error(
            f"{model._meta.label} lives in an organisation's schema and does not declare its privacy.",
            hint='Add Privacy(see=…, name="…") to its Meta.constraints.',
            obj=model,
            id="privacy.E001",
        )
        for model in protected_models()
        if privacy_of(model) is None
    ]
