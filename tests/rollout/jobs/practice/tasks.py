"""A job as an app writes one: look, work outside any transaction, then leave effects and finish at once."""

from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import UUID

from django.conf import settings

from rollout.jobs.work import Task, handler
from rollout.kernel.database import ask_one
from rollout.kernel.tenancy import in_organisation
from tenants.audit import actions as audit

SECONDS = 0.4


@handler("practice.report")
def report(task: Task) -> None:
    with in_organisation(task.place()):
        holder = UUID(str(ask_one("security.person")))
    marks = Path(settings.VAR, "marks")
    marks.mkdir(parents=True, exist_ok=True)
    mark = marks / f"{task.id}.{task.attempt}.{os.getpid()}"
    mark.touch()
    time.sleep(SECONDS)
    stored = task.store("practice", task.key.encode(), suffix=".txt")
    with in_organisation(task.place()):
        audit.record("practice.done", subject=task.id)
        ask_one("notify", holder, "partner", "practice.done", None, task.id)
        task.finish(sha=stored.sha256, path=stored.path)
    mark.unlink()
