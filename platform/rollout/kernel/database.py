"""Asking the database's own functions, and understanding it when it says no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import DatabaseError, connection, transaction

from rollout.kernel.errors import DomainError

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model
    from django.utils.functional import _StrPromise


def ask(function: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows of one of the schema's functions. `function` is a name of ours, never input."""
    marks = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({marks})", list(arguments))  # our own names  # nosec B608
        return list(cursor.fetchall())


def ask_one(function: str, *arguments: Any) -> Any:
    """The single value of one of the schema's functions."""
    return ask(function, *arguments)[0][0]


def point_each(model: type[Model], column: str, targets: Mapping[UUID, UUID]) -> None:
    """Let many rows point somewhere else in one statement: row → target. `column` is a name of ours, never input."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" t SET "{column}" = v.target'  # our own names  # nosec B608
            " FROM unnest(%s::uuid[], %s::uuid[]) AS v(id, target) WHERE t.id = v.id",
            [list(targets), list(targets.values())],
        )


@contextmanager
def refusals(sentences: Mapping[str, str | _StrPromise]) -> Iterator[None]:
    """Turn the database's coded refusals into DomainErrors with these sentences; undo what was begun.

    A code that nobody gave a sentence for is a mistake of ours and goes up as it is.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        cause = error.__cause__
        code = cause.diag.message_primary if isinstance(cause, psycopg.errors.RaiseException) else None
        if code is None or code not in sentences:
            raise
        raise DomainError(code, sentences[code]) from error
