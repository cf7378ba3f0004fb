"""Real workers, killed in the middle of their work: every job is done once, every notice waits once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from rollout.jobs.models import Job, Sweep
from tests.rollout.jobs.asking import ask, traces
from tests.world import inside, sql

JOBS = 16
KILLS = 5


@pytest.fixture
def workers(own_database):
    """A function that starts a worker; whatever still runs is ended."""
    started: list[subprocess.Popen] = []
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.rollout.jobs.practice.settings",
        "PRACTICE_DATABASE": own_database,
        "VAR_DIR": str(settings.VAR),
    }

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "work", *arguments]
        worker = subprocess.Popen(
            command, cwd=settings.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.communicate()


def in_the_middle_of_a_job(candidates):
    """A worker that has begun a job and has not finished it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        at_work = {int(mark.name.rsplit(".", 1)[1]) for mark in Path(settings.VAR, "marks").glob("*.*.*")}
        for worker in candidates:
            if worker.pid in at_work:
                return worker
        time.sleep(0.01)
    raise AssertionError("no worker began a job")


def test_killed_workers_lose_nothing_and_double_nothing(moor, people, workers):
    lead = people["north"]
    jobs = ask(moor, lead, *range(JOBS), kind="practice.report")
    alive = [workers() for _ in range(KILLS + 1)]
    for _ in range(KILLS):
        victim = in_the_middle_of_a_job(alive)
        victim.kill()
        victim.wait()
        alive.remove(victim)

    until = time.monotonic() + 60
    while time.monotonic() < until and Job.objects.exclude(state=Job.State.DONE).exists():
        time.sleep(0.05)
    alive[0].send_signal(signal.SIGTERM)
    said, _ = alive[0].communicate(timeout=10)

    assert set(Job.objects.values_list("pk", "state")) == {(job, Job.State.DONE) for job in jobs}
    assert {traces(moor, job, lead, "practice.done") for job in jobs} == {1}
    with inside(moor, lead):
        notices = sql("SELECT job_id, count(*) FROM members_notice WHERE job_id = ANY(%s) GROUP BY job_id", jobs)
    assert dict(notices) == dict.fromkeys(jobs, 1)
    assert sum(Job.objects.values_list("attempt", flat=True)) > JOBS  # somebody was really interrupted
    for path in Job.objects.values_list("result_path", flat=True):
        assert Path(settings.FILES_DIR, path).is_file()
    assert alive[0].returncode == 0, said
    assert said.endswith("attempts at jobs.\n")
    assert Sweep.objects.exists()


def test_once_means_what_is_due_now(moor, people, workers):
    (job,) = ask(moor, people["north"], "once", kind="practice.report")
    said, _ = workers("--once").communicate(timeout=20)

    assert said == "1 attempts at jobs.\n"
    assert Job.objects.get(pk=job).state == Job.State.DONE
