"""Doing to every organisation what was learnt once: one transaction each, many in one message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db import DatabaseError
from psycopg import errors, sql

from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations.models import SchemaState
from rollout.organisations.recording import REHEARSAL, Recording, history_of

PER_MESSAGE = 20
LOCK_TIMEOUT = "3s"


class OtherState(Exception):
    """A schema is not in the state for which the statements were learnt."""


def replay(recording: Recording, schemas: Sequence[str]) -> Iterator[tuple[list[str], tuple[str, Exception] | None]]:
    """Bring schemas forward; yields who is done after each message, and who could not be brought and why.

    Whoever fails keeps the old state whole, and does not stop the others.
    """
    pattern = _transaction(recording)
    waiting = list(schemas)
    while waiting:
        batch = list(islice(waiting, PER_MESSAGE))
        problem = _send("".join(pattern.replace(REHEARSAL, schema) for schema in batch))
        if problem is None:
            done, failed = batch, None
        else:
            reached = _reached(recording.after, batch)
            done = [schema for schema in batch if schema in reached]
            left = [schema for schema in batch if schema not in reached]
            failed = (left[0], problem) if left else None
        gone = {*done, failed[0]} if failed else set(done)
        waiting = [schema for schema in waiting if schema not in gone]
        yield done, failed


def _send(message: str) -> Exception | None:
    owner = owner_connection()
    try:
        with owner.cursor() as cursor:
            cursor.execute(message)
    except DatabaseError as error:
        owner.connection.rollback()
        cause = error.__cause__
        return OtherState() if isinstance(cause, errors.ObjectNotInPrerequisiteState) else error
    return None


def _reached(digest: str, schemas: list[str]) -> set[str]:
    found = SchemaState.objects.using("owner").filter(schema_name__in=schemas, digest=digest)
    return set(found.values_list("schema_name", flat=True))


def _transaction(recording: Recording) -> str:
    """The whole transaction for the rehearsal's name. The state is looked at again under a lock of its row."""
    before, after = sql.Literal(recording.before).as_string(None), sql.Literal(recording.after).as_string(None)
    guard = f"""DO $guard$ BEGIN
  UPDATE public.organisations_schemastate SET digest = {after}, changed_at = clock_timestamp()
   WHERE schema_name = '{REHEARSAL}' AND digest = {before};
  IF NOT FOUND OR {history_of(REHEARSAL)} IS DISTINCT FROM '{recording.history}' THEN
    RAISE EXCEPTION 'another state' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END $guard$"""
    return "\n;\n".join(
        [
            f"BEGIN; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL search_path TO {REHEARSAL}, pg_temp",
            guard,
            *recording.statements,
            *_noted(recording),
            "COMMIT;\n",
        ]
    )


def _noted(recording: Recording) -> list[str]:
    if not recording.applied:
        return []
    rows = ", ".join(
        f"({sql.Literal(app).as_string(None)}, {sql.Literal(name).as_string(None)})" for app, name in recording.applied
    )
    return [
        (
            f"INSERT INTO {REHEARSAL}.django_migrations (app, name, applied) SELECT m.app, m.name, clock_timestamp()"
            f" FROM (VALUES {rows}) AS m (app, name) WHERE NOT EXISTS (SELECT FROM {REHEARSAL}.django_migrations d"
            " WHERE d.app = m.app AND d.name = m.name)"
        )
    ]
