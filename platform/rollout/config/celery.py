"""Celery for large installations: the broker rings the bell, the job rows are the truth.

Start with `celery --app rollout.config.celery worker --beat`. Everything here also happens without a
broker, in `manage.py work`.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollout.config.settings.production")

from django.conf import settings

app = Celery("rollout")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL or "memory://",
    broker_connection_retry_on_startup=True,
    # A broker that is away must not keep a person waiting: the sweep rings again.
    broker_connection_timeout=2,
    broker_transport_options={
        "visibility_timeout": max(600, 2 * settings.JOB_LEASE_SECONDS),
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_soft_time_limit=settings.JOB_SECONDS,
    task_time_limit=settings.JOB_SECONDS + 30,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=600_000,
    worker_soft_shutdown_timeout=30.0,
    timezone="UTC",
    beat_schedule={
        "sweep": {"task": "jobs.sweep", "schedule": 15.0, "options": {"expires": 15}},
        "tidy": {"task": "jobs.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    },
)


@app.task(name="jobs.ring")
def ring(job_id: str) -> None:
    """Do this job if it still waits. The message carries the job's id and nothing else."""
    from rollout.jobs import work

    if (task := work.claim(UUID(job_id))) is not None:
        work.run(task)


@app.task(name="jobs.sweep")
def sweep() -> None:
    """Ring for everything that waits, fail what was tried often enough."""
    from rollout.jobs.sweeping import sweep as sweep_jobs

    sweep_jobs(files=False)


@app.task(name="jobs.tidy")
def tidy() -> None:
    """Remove the files that killed attempts left behind, and do the chores."""
    from rollout.jobs.sweeping import tidy as tidy_up

    tidy_up()


@worker_ready.connect
def _sweep_at_start(sender: Any = None, **_: Any) -> None:
    sweep.delay()
    tidy.delay()
