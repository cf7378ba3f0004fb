"""What goes wrong is tried again, then said, then can be tried once more."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from rollout.accounts.models import Account
from rollout.jobs import actions, sweeping, work
from rollout.jobs.loop import Loop
from rollout.jobs.models import Job, Sweep
from rollout.jobs.queries import FailedJob, health
from rollout.kernel.errors import NotPermitted
from rollout.kernel.files import ABANDONED_AFTER_SECONDS
from rollout.kernel.postgresql import base
from rollout.kernel.tenancy import in_organisation
from tenants.audit import actions as audit
from tests.rollout.jobs.asking import KIND, ask, go_silent, make_due, note, traces


def refuse(task):
    raise ValueError("cora.citizen@example.org is not known")


def test_a_failure_waits_longer_each_time_and_then_stays(moor, people, settings, caplog):
    gave_up = []
    work.handler(KIND, gave_up=gave_up.append)(refuse)
    (job,) = ask(moor, people["north"], "one")
    pauses = []
    for attempt in range(1, settings.JOB_ATTEMPTS + 1):
        assert work.run_one().attempt == attempt
        assert work.run_one() is None
        stored = Job.objects.get(pk=job)
        pauses.append(round((stored.due_at - timezone.now()).total_seconds(), -1))
        make_due(job)

    assert pauses[:4] == [10, 20, 40, 80]
    assert (stored.state, stored.error, stored.attempt) == (Job.State.FAILED, "ValueError", 5)
    assert stored.lease_until is None
    assert [task.id for task in gave_up] == [job]
    assert "example.org" not in caplog.text


def test_what_a_failed_attempt_did_does_not_stand(moor, people):
    def half(task):
        with in_organisation(task.place()):
            audit.record("practice.noted", subject=task.id)
            task.finish()
            raise ValueError

    work.handler(KIND)(half)
    (job,) = ask(moor, people["north"], "one")
    work.run_one()

    assert traces(moor, job, people["north"]) == 0
    assert Job.objects.get(pk=job).state == Job.State.QUEUED


def test_a_job_that_was_not_finished_is_not_done(moor, people):
    work.handler(KIND)(lambda task: None)
    (job,) = ask(moor, people["north"], "one")
    work.run_one()

    stored = Job.objects.get(pk=job)
    assert (stored.state, stored.error) == (Job.State.QUEUED, "NotFinished")


def test_an_app_that_cannot_note_a_failure_leaves_the_job_failed(moor, people, settings):
    settings.JOB_ATTEMPTS = 1
    work.handler(KIND, gave_up=refuse)(refuse)
    (job,) = ask(moor, people["north"], "one")
    work.run_one()

    assert Job.objects.get(pk=job).state == Job.State.FAILED


@pytest.mark.parametrize(("capacity", "told"), [("board", KIND), ("partner", "Something that a person asked for")])
def test_an_operator_reads_the_kind_of_a_boards_work_alone(moor, people, settings, capacity, told):
    settings.JOB_ATTEMPTS = 1
    work.handler(KIND)(refuse)
    (job,) = ask(moor, people["north"], "one")
    Job.objects.filter(pk=job).update(capacity=capacity)
    work.run_one()
    assert [failed.kind for failed in health().failed] == [told]


def test_workers_that_keep_dying_make_a_failed_job_and_an_operator_tries_it_again(moor, people, settings):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one")
    for _ in range(settings.JOB_ATTEMPTS):
        assert work.claim_next().id == job
        go_silent(job)
    assert work.claim_next() is None
    sweeping.sweep()
    assert health().failed == [FailedJob(job, "Something that a person asked for", "north", "WentSilent")]

    operator = Account(is_operator=True)
    with pytest.raises(NotPermitted):
        actions.retry(job=job, by=Account())
    assert actions.retry(job=job, by=operator) is True
    assert actions.retry(job=job, by=operator) is False
    assert work.run_until_empty() == 1
    assert traces(moor, job, people["north"]) == 1
    assert health().failed == []


def test_health_says_how_long_nobody_has_looked(moor, people):
    assert health().oldest_due_seconds is None
    assert health().last_sweep_seconds is None
    assert not health().is_working

    sweeping.sweep()
    assert health().is_working
    (job,) = ask(moor, people["north"], "one", due=timezone.now() - timedelta(days=120))
    assert 0 <= health().oldest_due_seconds < 60  # due in a played past, waiting since a moment
    Job.objects.filter(pk=job).update(
        created_at=timezone.now() - timedelta(minutes=6), due_at=timezone.now() - timedelta(minutes=6)
    )
    assert 350 < health().oldest_due_seconds < 420
    assert not health().is_working

    Job.objects.all().delete()
    Sweep.objects.update(swept_at=timezone.now() - timedelta(minutes=6))
    assert not health().is_working


def test_the_sweep_rings_for_what_waits(moor, people, settings, monkeypatch):
    work.handler(KIND)(note)
    rung = []
    monkeypatch.setattr(sweeping.bell, "ring", rung.append)
    waiting, silent, taken = ask(moor, people["north"], 1, 2, 3)
    ask(moor, people["north"], 4, due=timezone.now() + timedelta(hours=1))
    assert work.claim(silent)
    assert work.claim(taken)
    go_silent(silent)
    sweeping.sweep()
    assert rung == []
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    sweeping.sweep()

    assert set(rung) == {waiting, silent}


def test_the_sweep_removes_what_no_job_knows(moor, people, settings, tmp_path):
    settings.FILES_DIR = tmp_path

    def write(task):
        stored = task.store("practice", b"paper", suffix=".pdf")
        with in_organisation(task.place()):
            task.finish(sha=stored.sha256, path=stored.path)

    work.handler(KIND)(write)
    done, running, lost = ask(moor, people["north"], "done", "running", "lost")
    folder = tmp_path / moor.schema_name / "practice"
    assert work.run(work.claim(done)) is True
    (kept,) = folder.iterdir()
    in_work = work.claim(running).store("practice", b"paper", suffix=".pdf").path
    orphan = work.claim(lost).store("practice", b"paper", suffix=".pdf").path
    go_silent(lost)
    assert work.claim(lost).attempt == 2
    foreign = folder / "roster.xlsx"
    foreign.write_bytes(b"somebody's upload")
    draft = folder / f".{orphan.name}.0011.part"
    draft.write_bytes(b"half")
    fresh = folder / f".{orphan.name}.0022.part"

    sweeping.sweep()
    assert orphan.exists()
    assert draft.exists()

    old = time.time() - ABANDONED_AFTER_SECONDS - 60
    for path in folder.iterdir():
        os.utime(path, (old, old))
    fresh.write_bytes(b"being written")
    sweeping.sweep(files=False)
    assert orphan.exists()
    sweeping.sweep()

    assert set(folder.iterdir()) == {kept, in_work, foreign, fresh}


def test_a_job_that_takes_too_long_is_stopped(moor, people, settings):
    settings.JOB_SECONDS = 0.2
    work.handler(KIND)(lambda task: time.sleep(5))
    (job,) = ask(moor, people["north"], "one")

    began = time.monotonic()
    assert Loop().run(until_empty=True) == 1
    assert time.monotonic() - began < 3
    assert Job.objects.get(pk=job).error == "TookTooLong"


def test_the_loop_finishes_the_job_in_hand_and_ends(moor, people):
    loop = Loop()

    def stop_in_the_middle(task):
        loop.stop()
        note(task)

    work.handler(KIND)(stop_in_the_middle)
    ask(moor, people["north"], "one", "two")

    assert loop.run() == 1
    assert list(Job.objects.values_list("state", flat=True).order_by("state")) == ["done", "queued"]


def test_the_loop_lives_through_a_database_that_is_away(moor, people, monkeypatch, caplog):
    work.handler(KIND)(note)
    ask(moor, people["north"], "one")
    monkeypatch.setattr("rollout.jobs.loop.AFTER_FAILURE_SECONDS", 0.01)
    from django.db import OperationalError

    from rollout.jobs import loop as loops

    failures = iter([OperationalError("secret"), OperationalError("secret")])

    def claim():
        for failure in failures:
            raise failure
        return take()

    take = work.claim_next
    monkeypatch.setattr(loops.work, "claim_next", claim)
    with caplog.at_level(logging.WARNING):
        assert Loop().run(until_empty=True) == 1
    assert [record.getMessage() for record in caplog.records] == ["jobs wait: OperationalError"]


def test_connections_are_given_back_after_many_organisations(moor, vale, people, monkeypatch):
    work.handler(KIND)(note)
    ask(moor, people["north"], *range(3))
    ask(vale, people["south"], *range(2))
    monkeypatch.setattr("rollout.kernel.postgresql.base.MOST_REMEMBERED", 2 * base.PER_ORGANISATION + 2)
    closed = []
    organisations = connections["default"]
    organisations.close()
    close = organisations.close
    monkeypatch.setattr(organisations, "close", lambda: (closed.append(1), close()))

    assert Loop().run(until_empty=True) == 5
    assert len(closed) >= 2  # an old connection may be given back besides


def test_no_path_leaves_the_folder_of_files(moor, people):
    work.handler(KIND)(note)
    ask(moor, people["north"], "one")
    task = work.claim_next()

    with pytest.raises(ValueError, match="not in the subpath"), in_organisation(task.place()):
        task.finish(path=Path("/etc/hostname"))
