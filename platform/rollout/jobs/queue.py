"""Asking for background work, in the transaction of the act that needs it, and following it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from rollout.jobs import bell
from rollout.kernel import clock
from rollout.kernel.tenancy import here


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands: queued, running, done or failed, and how often it was tried."""

    state: str
    attempt: int


def enqueue(
    kind: str,
    key: UUID | str,
    *,
    period: str = "",
    due: datetime | None = None,
    as_person: UUID | None = None,
    as_capacity: str | None = None,
) -> UUID:
    """Ask for a job in the organisation we are in. The same kind, key and period give the same job.

    It runs as the present person in the present capacity, or in another capacity of theirs, or as a board;
    never as somebody else. Ids only, never content.
    """
    place = here()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT security.enqueue(%s, %s, %s, %s, %s, %s)",
            [
                kind,
                str(key),
                period,
                as_person or place.person,
                as_capacity or place.capacity,
                due or clock.now(),
            ],
        )
        job = UUID(str(cursor.fetchone()[0]))
    if settings.CELERY_BROKER_URL and (due is None or due <= clock.now()):
        transaction.on_commit(lambda: bell.ring(job))
    return job


def enqueue_each(kind: str, keys: Sequence[UUID], *, period: str = "") -> None:
    """Ask for the same kind of job for each key, due now, as the present person. The sweep finds them."""
    place = here()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(security.enqueue(%s, key::text, %s, %s, %s, %s)) FROM unnest(%s::uuid[]) key",
            [kind, period, place.person, place.capacity, clock.now(), list(keys)],
        )


def progress_of(job: UUID) -> Progress | None:
    """How a job of this organisation stands; None when it has none of that id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, attempt FROM security.job_state(%s)", [job])
        row = cursor.fetchone()
    return Progress(*row) if row else None


def retry(job: UUID) -> bool:
    """Try a failed job again from the start. False when it had not failed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT security.retry_job(%s)", [job])
        return bool(cursor.fetchone()[0])
