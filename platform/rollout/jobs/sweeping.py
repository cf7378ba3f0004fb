"""Looking after what got stuck: jobs that nobody came for, attempts that went silent, files without a job."""

from __future__ import annotations

import re
import time
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections

from rollout.identity.addresses import make_due_changes
from rollout.identity.resets import make_due_resets
from rollout.jobs import bell, work
from rollout.jobs.models import Job
from rollout.kernel.files import ABANDONED_AFTER_SECONDS

SWEEP_SECONDS = 15
RINGS_AT_ONCE = 200
SILENT = "WentSilent"

# Only what `Task.store` wrote is ever removed: other files in the folder are not ours to judge.
_OF_A_JOB = re.compile(r"([0-9a-f-]{36})-([0-9a-f-]{36})(?:\.[a-z0-9]+)*")
_UNFINISHED = re.compile(r"\..+\.part")


def sweep(*, files: bool = True) -> None:
    """Ring for waiting jobs, fail those that were tried often enough, remove what killed attempts left behind.

    Meant to run every few seconds from anywhere, also at the same time.
    """
    for task in _fail_exhausted():
        work.give_up(task)
    if settings.CELERY_BROKER_URL:
        for job in _waiting():
            bell.ring(job)
    if files:
        tidy_files()
    make_due_changes()
    make_due_resets()
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_sweep (id, swept_at) VALUES (1, clock_timestamp())"
            " ON CONFLICT (id) DO UPDATE SET swept_at = excluded.swept_at"
        )


def _fail_exhausted() -> list[work.Task]:
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'failed', error = %s, lease_until = NULL, finished_at = clock_timestamp()"
            " WHERE state = 'running' AND lease_until <= clock_timestamp() AND attempt >= %s"
            " RETURNING id, kind, organisation_id, key, period, person, capacity, token, attempt",
            [SILENT, settings.JOB_ATTEMPTS],
        )
        rows = cursor.fetchall()
    return [work.task_of(row) for row in rows]


def _waiting() -> list[UUID]:
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM jobs_job WHERE (state = 'queued' AND due_at <= clock_timestamp())"
            " OR (state = 'running' AND lease_until <= clock_timestamp()) ORDER BY due_at LIMIT %s",
            [RINGS_AT_ONCE],
        )
        return [job for (job,) in cursor.fetchall()]


def tidy_files() -> int:
    """Remove unfinished files, and finished ones that their job does not know, an hour after they were written."""
    root = Path(settings.FILES_DIR)
    limit = time.time() - ABANDONED_AFTER_SECONDS
    unfinished: list[Path] = []
    finished: dict[str, Path] = {}
    for path in root.rglob("*"):
        if not path.is_file() or path.is_symlink() or path.stat().st_mtime > limit:
            continue
        if _UNFINISHED.fullmatch(path.name):
            unfinished.append(path)
        elif _OF_A_JOB.fullmatch(path.name):
            finished[str(path.relative_to(root))] = path
    removable = [*unfinished, *(finished[name] for name in finished.keys() - _in_use(list(finished)))]
    for path in removable:
        path.unlink(missing_ok=True)
    return len(removable)


def _in_use(names: list[str]) -> set[str]:
    """Which of these files belong to a job that is done, to an attempt that may still be, or to no job at all.

    A restored organisation has its files and not the jobs that once made them.
    """
    if not names:
        return set()
    known = set(Job.objects.filter(result_path__in=names).values_list("result_path", flat=True))
    jobs = Job.objects.filter(id__in={UUID(Path(name).name[:36]) for name in names})
    asked_for = {(schema, str(job)) for schema, job in jobs.values_list("organisation__schema_name", "id")}
    known |= {name for name in names if (Path(name).parts[0], Path(name).name[:36]) not in asked_for}
    running = {
        f"{job}-{token}" for job, token in Job.objects.filter(state=Job.State.RUNNING).values_list("id", "token")
    }
    return known | {name for name in names if Path(name).name[:73] in running}
