"""A worker says what it has in hand, so that it can be killed then and not at another moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings

if TYPE_CHECKING:
    from rollout.jobs.work import Task


class MarksConfig(AppConfig):
    """In workers alone: a mark beside each attempt; and, for the controls, a worker that is wrong on purpose."""

    name = "tests.torture.marks"
    label = "marks"

    def ready(self) -> None:
        if "TORTURE_WORKER" not in os.environ:
            return
        from rollout.jobs import work
        from rollout.kernel.pdf import engine  # noqa: F401 - loaded before the first job, and before Celery forks

        run = work.run

        def marked(task: Task) -> bool:
            mark = Path(settings.VAR, "marks", f"{task.id}_{task.token}_{os.getpid()}")
            mark.touch()
            try:
                return run(task)
            finally:
                mark.unlink()

        work.run = marked
        if wrong := os.environ.get("TORTURE_WRONG"):
            from tests.torture import wrongs

            getattr(wrongs, wrong)()
