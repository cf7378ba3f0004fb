"""A job is born with its act, once per work, in the name of whoever acts."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import DatabaseError

from rollout.jobs import bell, queue
from rollout.jobs.models import Job
from rollout.kernel.tenancy import BOARD
from tests.rollout.jobs.asking import KIND, ask
from tests.world import inside, sql


def test_a_job_stands_when_its_act_does(moor, people):
    with inside(moor, people["north"]):
        job = queue.enqueue(KIND, "one")
        assert not Job.objects.filter(pk=job).exists()  # the other alias sees it after the commit alone
    stored = Job.objects.get(pk=job)

    assert (stored.organisation_id, stored.person, stored.capacity) == (moor.pk, people["north"].pk, "partner")
    assert stored.state == Job.State.QUEUED


def test_a_job_falls_with_its_act(moor, people):
    with pytest.raises(RuntimeError, match="the act failed"), inside(moor, people["north"]):
        queue.enqueue(KIND, "one")
        raise RuntimeError("the act failed")

    assert not Job.objects.exists()


def test_the_same_work_is_one_job(moor, vale, people):
    first, again, other_period = (
        ask(moor, people["north"], "one", period=period)[0] for period in ("2026-01", "2026-01", "2026-02")
    )
    (elsewhere,) = ask(vale, people["south"], "one", period="2026-01")

    assert first == again
    assert len({first, other_period, elsewhere}) == 3
    assert Job.objects.count() == 3


def test_organisation_and_person_come_from_the_context_even_in_raw_sql(moor, vale, people):
    me, somebody = people["north"].pk, uuid.uuid4()
    statement = "SELECT security.enqueue(%s, %s, '', %s, %s, clock_timestamp())"
    with inside(moor, people["north"]):
        job = sql(statement, KIND, "mine", me, "partner")[0][0]
    assert Job.objects.get(pk=job).organisation_id == moor.pk

    others = ((somebody, "partner"), (None, "partner"), (somebody, "rollout_lead"), (somebody, None), (somebody, BOARD))
    for person, capacity in (*others, (me, BOARD)):
        with pytest.raises(DatabaseError) as refused, inside(moor, people["north"]):
            sql(statement, KIND, "not mine", person, capacity)
        assert isinstance(refused.value.__cause__, psycopg.errors.InvalidAuthorizationSpecification)
    with pytest.raises(DatabaseError), inside(moor, people["north"]):
        sql(f'SET LOCAL ROLE "{vale.role_name}"')
        sql(statement, KIND, "in another organisation", me, "partner")
    with pytest.raises(DatabaseError), inside(moor, people["north"]):
        sql("INSERT INTO public.jobs_job SELECT * FROM public.jobs_job")
    assert Job.objects.count() == 1


def test_another_organisation_knows_nothing_of_a_job(moor, vale, people):
    (job,) = ask(moor, people["north"], "one")
    Job.objects.filter(pk=job).update(state=Job.State.FAILED)
    with inside(vale, people["south"]):
        assert queue.progress_of(job) is None
        assert queue.retry(job) is False
    with inside(moor, people["north"]):
        assert queue.progress_of(job) == queue.Progress(Job.State.FAILED, 0)
        assert queue.retry(job) is True
        assert queue.progress_of(job) == queue.Progress(Job.State.QUEUED, 0)


def test_without_a_broker_no_bell_rings(moor, people, settings, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", rung.append)
    settings.CELERY_BROKER_URL = ""
    ask(moor, people["north"], "one")
    assert rung == []


def test_with_a_broker_the_bell_rings_after_the_commit(moor, people, settings, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", rung.append)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with inside(moor, people["north"]):
        job = queue.enqueue(KIND, "one")
        assert rung == []
    assert rung == [job]


def test_a_broker_that_is_away_costs_nothing_but_a_line_in_the_log(moor, people, settings, caplog):
    from rollout.config.celery import app

    settings.CELERY_BROKER_URL = app.conf.broker_url = "redis://127.0.0.1:1/0"
    (job,) = ask(moor, people["north"], "one")
    assert Job.objects.filter(pk=job, state=Job.State.QUEUED).exists()
    assert [record.getMessage() for record in caplog.records if str(job) in record.getMessage()] == [
        f"job {job}: the bell did not ring: OperationalError"
    ]
