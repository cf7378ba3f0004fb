"""Nobody gets a job that somebody else has, and everybody gets a turn."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections

from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.organisations.models import SchemaState
from tests.rollout.jobs.asking import KIND, ask, go_silent, note, traces

THREADS = 32


def in_threads(what):
    """What each of many threads answered, all of them starting at once."""
    together = threading.Barrier(THREADS, timeout=20)

    def one(number):
        try:
            connections["platform"].ensure_connection()
            together.wait()
            return what()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def all_that_i_get():
    got = []
    while task := work.claim_next():
        got.append(task.id)
    return got


def test_no_job_is_claimed_twice(moor, people):
    work.handler(KIND)(note)
    asked = ask(moor, people["north"], *range(100))

    got = Counter(job for jobs in in_threads(all_that_i_get) for job in jobs)

    assert got == Counter(asked)


def test_one_job_wanted_by_many_goes_to_one(moor, people):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one")

    got = in_threads(lambda: work.claim(job))

    assert sum(task is not None for task in got) == 1


def test_control_without_the_lock_the_same_job_goes_to_many(moor, people):
    """Look first and write afterwards: the way that must fail, else the tests above prove nothing."""
    (job,) = ask(moor, people["north"], "one")
    seen = threading.Barrier(THREADS, timeout=20)

    def look_then_write():
        found = Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True).first()
        seen.wait()
        Job.objects.filter(pk=found).update(claimed_at=clock.now())
        return found

    assert in_threads(look_then_write) == [job] * THREADS


def test_a_claim_gives_everything_that_the_work_needs(moor, people):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one", period="2026-03", as_capacity="rollout_lead")

    task = work.claim_next()

    assert (task.id, task.kind, task.key, task.period, task.attempt) == (job, KIND, "one", "2026-03", 1)
    assert task.place() == moor.place(people["north"].pk, "rollout_lead")
    assert task.url("/boards/") == "https://north.localhost/boards/"
    assert work.claim_next() is None


def test_organisations_take_turns(moor, vale, people):
    work.handler(KIND)(note)
    ask(moor, people["north"], *range(6))
    ask(vale, people["south"], *range(2))

    order = [work.run_one().organisation.slug for _ in range(8)]

    assert sorted(order[:2]) == sorted(order[2:4]) == ["north", "south"]
    assert order[4:] == ["north"] * 4


def test_who_has_nothing_in_work_comes_first(moor, vale, people):
    work.handler(KIND)(note)
    ask(moor, people["north"], *range(3))
    assert [work.claim_next().organisation.slug for _ in range(2)] == ["north", "north"]
    ask(vale, people["south"], "late")
    Job.objects.filter(organisation=vale).update(claimed_at=clock.now() + timedelta(days=1))

    assert work.claim_next().organisation.slug == "south"


def test_a_job_waits_for_its_time_also_when_the_time_is_played(moor, people):
    work.handler(KIND)(note)
    start = clock.now() - timedelta(days=100)
    with clock.at(start):
        (job,) = ask(moor, people["north"], "one", due=start + timedelta(days=7))
        assert work.run_until_empty() == 0
    with clock.at(start + timedelta(days=7)):
        assert work.run_until_empty() == 1
    assert Job.objects.get(pk=job).state == Job.State.DONE

    ask(moor, people["north"], "two", due=clock.now() + timedelta(hours=1))
    assert work.run_until_empty() == 0


def test_a_kind_that_nobody_here_can_do_waits(moor, people):
    ask(moor, people["north"], "one")
    assert work.claim_next() is None


def test_an_organisation_that_is_not_served_waits(moor, vale, people):
    work.handler(KIND)(note)
    ask(moor, people["north"], "one")
    (elsewhere,) = ask(vale, people["south"], "one")
    state = SchemaState.objects.filter(schema_name=moor.schema_name)
    digest = state.get().digest
    state.update(digest="half-way")
    try:
        assert work.claim_next().id == elsewhere
        assert work.claim_next() is None
    finally:
        state.update(digest=digest)
    type(moor).objects.filter(pk=moor.pk).update(status="suspended")
    try:
        assert work.claim_next() is None
    finally:
        type(moor).objects.filter(pk=moor.pk).update(status="active")
    assert work.claim_next() is not None


def test_a_silent_worker_loses_its_job_and_everything_it_did(moor, people):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one")
    slow = work.claim_next()
    go_silent(job)
    fast = work.claim_next()
    assert (fast.id, fast.attempt) == (job, 2)
    assert fast.token != slow.token

    assert work.run(slow) is False
    assert traces(moor, job, people["north"]) == 0
    assert work.run(fast) is True
    assert work.run(fast) is False
    assert traces(moor, job, people["north"]) == 1
    assert Job.objects.get(pk=job).state == Job.State.DONE


def test_a_late_worker_may_still_finish_when_nobody_took_over(moor, people):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one")
    slow = work.claim_next()
    go_silent(job)

    assert work.run(slow) is True
    assert traces(moor, job, people["north"]) == 1


def test_who_loses_the_lease_loses_the_file_too(moor, people):
    written = []

    def write(task):
        stored = task.store("practice", b"paper", suffix=".txt")
        written.append(stored.path)
        if task.attempt == 1:
            go_silent(task.id)
            assert work.run(work.claim(task.id)) is True
        from rollout.kernel.tenancy import in_organisation

        with in_organisation(task.place()):
            task.finish(sha=stored.sha256, path=stored.path)

    work.handler(KIND)(write)
    (job,) = ask(moor, people["north"], "one")
    work.run_one()

    mine, theirs = written
    assert not mine.exists()
    assert theirs.read_bytes() == b"paper"
    assert Job.objects.get(pk=job).result_path == f"{moor.schema_name}/practice/{theirs.name}"
