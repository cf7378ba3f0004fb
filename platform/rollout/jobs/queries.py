"""What an operator sees of the background work: how long it waits, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext

from rollout.jobs.models import Job
from rollout.kernel.tenancy import BOARD

PATIENCE_SECONDS = 300
FAILED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was tried often enough. `error` is the name of what went wrong, never its words.

    `kind` is told of a board's work alone. What people asked for reads the same for all: a letter to a witness
    would tell that there is a pair.
    """

    id: UUID
    kind: str
    organisation: str
    error: str

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return f"job-{self.id}"


@dataclass(frozen=True, slots=True)
class Health:
    """How long the oldest due job has waited, how long ago anybody looked, and what failed.

    None: nothing waits, or nobody has looked yet.
    """

    oldest_due_seconds: float | None
    last_sweep_seconds: float | None
    failed: list[FailedJob]

    @property
    def oldest_due_minutes(self) -> int | None:
        """The same in whole minutes, as people count. None: nothing waits."""
        return _minutes(self.oldest_due_seconds)

    @property
    def last_sweep_minutes(self) -> int | None:
        """Minutes since anybody looked. None: nobody has yet."""
        return _minutes(self.last_sweep_seconds)

    @property
    def is_working(self) -> bool:
        """Whether somebody does the work, and soon enough."""
        return (
            self.last_sweep_seconds is not None
            and self.last_sweep_seconds < PATIENCE_SECONDS
            and (self.oldest_due_seconds or 0) < PATIENCE_SECONDS
        )


def _minutes(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, int(seconds // 60))


def is_looked_after() -> bool:
    """Whether anybody has looked after the jobs lately: a worker, the claim loop or beat. Readiness asks this."""
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT swept_at > clock_timestamp() - make_interval(secs => %s) FROM jobs_sweep", [PATIENCE_SECONDS]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def health() -> Health:
    """The state of the background work of all organisations together."""
    with connections["platform"].cursor() as cursor:
        # A job made while the clock was played has been due for months on the day it is written.
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - min(CASE j.state WHEN 'queued'"
            "         THEN greatest(j.due_at, j.created_at) ELSE j.lease_until END))::float,"
            "       (SELECT extract(epoch FROM clock_timestamp() - swept_at)::float FROM jobs_sweep)"
            "  FROM jobs_job j JOIN organisations_organisation o ON o.id = j.organisation_id AND o.status = 'active'"
            " WHERE (j.state = 'queued' AND j.due_at <= clock_timestamp())"
            "    OR (j.state = 'running' AND j.lease_until <= clock_timestamp())"
        )
        oldest, swept = cursor.fetchone()
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-finished_at")[:FAILED_SHOWN]
    return Health(
        oldest_due_seconds=oldest,
        last_sweep_seconds=swept,
        failed=[
            FailedJob(
                id=job.pk,
                kind=job.kind if job.capacity == BOARD else gettext("Something that a person asked for"),
                organisation=job.organisation.slug,
                error=job.error,
            )
            for job in failed.select_related("organisation")
        ],
    )
