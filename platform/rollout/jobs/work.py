"""Doing background work: who takes which job, and what happens when it fails.

A job is three short steps: claim it, freeze what it needs, finish it together with its effects. Rendering
and parsing happen between transactions. Whoever loses the lease loses the right to finish.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections

from rollout.jobs.models import Job
from rollout.kernel import clock, files
from rollout.kernel.mail import public_url
from rollout.kernel.tenancy import Place
from rollout.organisations import hosts
from rollout.organisations.models import Organisation

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 300


class LeaseLost(Exception):
    """Somebody else has taken this job meanwhile; nothing of this attempt may stand."""


class NotFinished(Exception):
    """A handler came back without having finished its job."""


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at one job: whose it is, as whom it runs, and the token that alone may finish it."""

    id: UUID
    kind: str
    organisation: Organisation
    key: str
    period: str
    person: UUID | None
    capacity: str
    token: UUID
    attempt: int

    def place(self) -> Place:
        """Where this job works and as whom, for `in_organisation`."""
        return self.organisation.place(self.person, self.capacity)

    def url(self, path: str) -> str:
        """The full address of a page of this organisation, for an e-mail."""
        return public_url(self.organisation.get_primary_domain().domain, path)

    def store(self, folder: str, content: bytes, *, suffix: str) -> files.StoredFile:
        """Keep a file of this attempt, whole or not at all. Without `finish` it is swept away later."""
        home = Path(settings.FILES_DIR, self.organisation.schema_name, folder)
        return files.store(home, f"{self.id}-{self.token}{suffix}", content)

    def finish(self, sha: str = "", path: str | Path = "") -> None:
        """The last step, inside the organisation's transaction, together with the job's effects.

        `path` is where `store` put the file. Raises LeaseLost, and removes that file, when somebody else
        has taken the job meanwhile: the transaction must then be rolled back.
        """
        stored = str(Path(path).relative_to(settings.FILES_DIR)) if path else ""
        with connection.cursor() as cursor:
            cursor.execute("SELECT security.finish_job(%s, %s, %s, %s)", [self.id, self.token, sha, stored])
            kept = cursor.fetchone()[0]
        if not kept:
            if path:
                Path(path).unlink(missing_ok=True)
            raise LeaseLost(str(self.id))


Work = Callable[[Task], None]


@dataclass(frozen=True, slots=True)
class _Handler:
    work: Work
    gave_up: Work | None


_handlers: dict[str, _Handler] = {}


def handler(kind: str, *, gave_up: Work | None = None) -> Callable[[Work], Work]:
    """Declare who does the jobs of a kind ("app.verb"). Jobs of a kind that nobody declared wait.

    The handler calls `task.finish()` in the transaction of its last effects; whatever it raises makes the
    job be tried again. `gave_up` is called once, outside any organisation, after the last attempt failed.
    """

    def declare(work: Work) -> Work:
        if kind in _handlers:
            raise KeyError(f"two handlers for {kind!r}")
        _handlers[kind] = _Handler(work, gave_up)
        return work

    return declare


def kinds() -> list[str]:
    """Every kind of work that this process can do."""
    return sorted(_handlers)


# A job may be taken when it waits and its time has come, or when whoever took it has gone silent. The
# played clock of the demo and the tests counts for the first; leases always run on the server's clock.
_FREE = (
    "{job}.kind = ANY(%(kinds)s) AND {job}.attempt < %(attempts)s AND ("
    "({job}.state = 'queued' AND {job}.due_at <= coalesce(%(played)s, clock_timestamp()))"
    " OR ({job}.state = 'running' AND {job}.lease_until <= clock_timestamp()))"
)
_TAKE = (
    "UPDATE jobs_job SET state = 'running', token = gen_random_uuid(), attempt = attempt + 1, error = '',"
    " claimed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => %(lease)s)"
    " WHERE id = ({chosen})"
    " RETURNING id, kind, organisation_id, key, period, person, capacity, token, attempt"
)
_SERVED = (
    "SELECT o.id FROM organisations_organisation o JOIN organisations_schemastate s USING (schema_name)"
    " WHERE o.status = 'active' AND s.digest = %(digest)s"
)

# Organisations take turns: first who has least in work, then who has waited longest for a turn. The
# condition stands twice because a row that changed after the first look is only looked at again when locked.
_OLDEST = f"""
  SELECT j.id
    FROM (SELECT served.id,
                 (SELECT count(*) FROM jobs_job r WHERE r.organisation_id = served.id AND r.state = 'running'
                         AND r.lease_until > clock_timestamp()) AS in_work,
                 (SELECT max(c.claimed_at) FROM jobs_job c WHERE c.organisation_id = served.id) AS last_turn
            FROM ({_SERVED}) served) turn
   CROSS JOIN LATERAL (SELECT w.id FROM jobs_job w WHERE w.organisation_id = turn.id
                          AND w.state IN ('queued', 'running') AND {_FREE.format(job="w")}
                        ORDER BY w.due_at, w.created_at LIMIT 64) waiting
    JOIN jobs_job j ON j.id = waiting.id
   WHERE {_FREE.format(job="j")}
   ORDER BY turn.in_work, turn.last_turn NULLS FIRST, j.due_at, j.created_at
   LIMIT 1 FOR UPDATE OF j SKIP LOCKED
"""
_THIS = (
    f"SELECT j.id FROM jobs_job j WHERE j.id = %(job)s AND j.organisation_id IN ({_SERVED})"
    f" AND {_FREE.format(job='j')} FOR UPDATE SKIP LOCKED"
)


def claim_next() -> Task | None:
    """Take the job whose turn it is, or None when nothing waits. Nobody else gets it while the lease lasts."""
    return _claim(_OLDEST)


def claim(job: UUID) -> Task | None:
    """Take this very job, or None when it is not due or somebody has it."""
    return _claim(_THIS, job=job)


def _claim(chosen: str, **more: Any) -> Task | None:
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            _TAKE.format(chosen=chosen),
            {
                "kinds": kinds(),
                "attempts": settings.JOB_ATTEMPTS,
                "lease": settings.JOB_LEASE_SECONDS,
                "played": clock.played(),
                "digest": hosts.expected_digest(),
                **more,
            },
        )
        row = cursor.fetchone()
    return task_of(row) if row else None


def task_of(row: tuple[Any, ...]) -> Task:
    """A task from the columns id, kind, organisation, key, period, person, capacity, token and attempt."""
    job, kind, organisation, key, period, person, capacity, token, attempt = row
    owner = Organisation.objects.get(pk=organisation)
    return Task(job, kind, owner, key, period, person, capacity, token, attempt)


def run_one() -> Task | None:
    """Take one job and do it. The task that was tried, or None when nothing waits."""
    task = claim_next()
    if task is not None:
        run(task)
    return task


def run_until_empty(most: int = 10_000) -> int:
    """Do everything that is due now; how many attempts that took."""
    for done in range(most):
        if run_one() is None:
            return done
    return most


def run(task: Task) -> bool:
    """Do a job that was taken. True when it is done; a failure is noted, and the job waits or has failed."""
    try:
        _handlers[task.kind].work(task)
        if Job.objects.filter(pk=task.id, token=task.token, state=Job.State.RUNNING).exists():
            raise NotFinished(task.kind)
    except LeaseLost:
        logger.info("job %s (%s): somebody else has taken it", task.id, task.kind)
        return False
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job is tried again
        _note_failure(task, error)
        return False
    return True


def _note_failure(task: Task, error: Exception) -> None:
    # Messages of errors may carry addresses and texts of people: only the name and the place are kept.
    frame = traceback.extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    logger.warning(
        "job %s (%s), attempt %s: %s at %s:%s", task.id, task.kind, task.attempt, name, frame.filename, frame.lineno
    )
    last = task.attempt >= settings.JOB_ATTEMPTS
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = %(state)s, error = %(error)s, lease_until = NULL,"
            " due_at = clock_timestamp() + make_interval(secs => %(pause)s),"
            " finished_at = CASE WHEN %(last)s THEN clock_timestamp() END"
            " WHERE id = %(job)s AND token = %(token)s AND state = 'running'",
            {
                "state": Job.State.FAILED if last else Job.State.QUEUED,
                "error": name[:200],
                "pause": min(FIRST_PAUSE_SECONDS * 2**task.attempt, LONGEST_PAUSE_SECONDS),
                "last": last,
                "job": task.id,
                "token": task.token,
            },
        )
        ours = cursor.rowcount == 1
    if ours and last:
        give_up(task)


def give_up(task: Task) -> None:
    """Tell the app that its job has failed for good. The job stays failed whatever the app does about it."""
    declared = _handlers.get(task.kind)
    if declared is None or declared.gave_up is None:
        return
    try:
        declared.gave_up(task)
    except Exception as error:  # noqa: BLE001 - the operator sees the failed job in any case
        logger.warning("job %s (%s): its app could not note the failure: %s", task.id, task.kind, type(error).__name__)
