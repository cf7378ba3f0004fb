"""The same jobs through a broker's messages."""

from __future__ import annotations

import uuid

from rollout.config import celery
from rollout.jobs import bell, work
from rollout.jobs.limits import the_lease_outlives_every_attempt
from rollout.jobs.models import Job, Sweep
from tests.rollout.jobs.asking import KIND, ask, note, traces


def test_each_message_does_one_job_and_each_job_is_done_once(moor, people):
    work.handler(KIND)(note)
    one, other = ask(moor, people["north"], "one", "other")
    celery.ring(str(one))
    assert Job.objects.get(pk=other).state == Job.State.QUEUED
    for _ in range(3):
        celery.ring(str(one))
    celery.ring(str(uuid.uuid4()))

    assert [traces(moor, job, people["north"]) for job in (one, other)] == [1, 1]


def test_the_first_message_of_a_flood_does_the_work_of_whose_turn_it_is(moor, vale, people):
    work.handler(KIND)(note)
    flood = ask(moor, people["north"], *range(100))
    celery.ring(str(flood[0]))
    (late,) = ask(vale, people["south"], "late")

    celery.ring(str(flood[1]))

    assert Job.objects.get(pk=late).state == Job.State.DONE


def test_beat_sweeps(moor, people):
    celery.sweep()
    celery.tidy()

    assert Sweep.objects.exists()
    assert {entry["task"] for entry in celery.app.conf.beat_schedule.values()} <= set(celery.app.tasks)
    assert bell.RING in celery.app.tasks


def test_a_lease_that_ends_before_the_work_does_is_refused(settings):
    assert the_lease_outlives_every_attempt(None) == []
    settings.JOB_LEASE_SECONDS = settings.JOB_SECONDS + settings.JOB_GRACE_SECONDS
    assert [found.id for found in the_lease_outlives_every_attempt(None)] == ["jobs.E001"]


def test_a_message_outlives_its_worker_and_no_job_is_taken_while_it_is_done(settings):
    conf = celery.app.conf

    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (120, 150)
    assert conf.task_time_limit < settings.JOB_LEASE_SECONDS <= conf.broker_transport_options["visibility_timeout"]


def test_the_bell_says_the_id_and_nothing_else(settings, monkeypatch):
    said = []
    monkeypatch.setattr(celery.app, "send_task", lambda *args, **more: said.append((args, more)))
    job = uuid.uuid4()
    settings.CELERY_BROKER_URL = ""
    bell.ring(job)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    bell.ring(job)

    assert said == [(("jobs.ring",), {"args": [str(job)], "retry": False})]
