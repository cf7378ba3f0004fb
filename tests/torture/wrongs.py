"""Workers as they must not be. If a run with one of them ended well, the run would prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections

from rollout.jobs import work

if TYPE_CHECKING:
    from pathlib import Path


def acknowledged_early() -> None:
    """The row is done when the job is taken, as a plain queue does it: no lease, and no token at the end."""
    claim = work.claim_next

    def claimed() -> work.Task | None:
        task = claim()
        if task is not None:
            _tell("UPDATE jobs_job SET state = 'done', lease_until = NULL WHERE id = %s", task.id)
        return task

    def finish(task: work.Task, sha: str = "", path: str | Path = "") -> None:
        stored = str(path).removeprefix(f"{settings.FILES_DIR}/")
        change = "UPDATE jobs_job SET finished_at = now(), result_sha = %s, result_path = %s WHERE id = %s"
        _tell(change, sha, stored, task.id)

    work.claim_next = claimed
    work.Task.finish = finish  # type: ignore[method-assign]


def _tell(statement: str, *parameters: Any) -> None:
    with connections["platform"].cursor() as cursor:
        cursor.execute(statement, list(parameters))
