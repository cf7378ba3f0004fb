"""Nobody gets a job that somebody else has, and everybody gets a turn."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from django.db import connections

from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.organisations.models import SchemaState
from tests.racing import PATIENCE, at_once
from tests.rollout.jobs.asking import KIND, ask, go_silent, note, traces

THREADS = 32


def all_that_i_get(_worker):
    got = []
    while task := work.claim_next():
        got.append(task.id)
    return got


def test_no_job_is_claimed_twice(moor, people):
    work.handler(KIND)(note)
    asked = ask(moor, people["north"], *range(100))

    got = Counter(job for jobs in at_once(THREADS, all_that_i_get) for job in jobs)

    assert got == Counter(asked)


def test_one_job_wanted_by_many_goes_to_one(moor, people):
    work.handler(KIND)(note)
    (job,) = ask(moor, people["north"], "one")

    got = at_once(THREADS, lambda _worker: work.claim(job))

    assert sum(task is not None for task in got) == 1


def test_control_without_the_lock_the_same_job_goes_to_many(moor, people):
    """Look first and write afterwards: the way that must fail, else the tests above prove nothing."""
    (job,) = ask(moor, people["north"], "one")
    seen = threading.Barrier(THREADS)

    def look_then_write(_worker):
        found = Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True).first()
        seen.wait(PATIENCE)
        Job.objects.filter(pk=found).update(claimed_at=clock.now())
        return found

    assert at_once(THREADS, look_then_write) == [job] * THREADS


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


LATE = 3
"""By its third chance somebody who asks late has had a turn."""


def turns(count=LATE):
    """Whose jobs are claimed next, while nobody finishes any."""
    return [work.claim_next().organisation.slug for _ in range(count)]


def flooded(moor, vale, people):
    """A hundred jobs of one organisation, and then one of another."""
    work.handler(KIND)(note)
    ask(moor, people["north"], *range(100))
    ask(vale, people["south"], "late")


def test_a_flood_of_one_organisation_does_not_keep_another_waiting(moor, vale, people):
    flooded(moor, vale, people)
    assert "south" in turns()


def test_nor_does_it_when_the_flood_is_being_worked_off_already(moor, vale, people):
    work.handler(KIND)(note)
    ask(moor, people["north"], *range(100))
    assert turns(4) == ["north"] * 4
    ask(vale, people["south"], "late")
    assert turns(1) == ["south"]


def test_control_the_oldest_first_keeps_everybody_else_waiting(moor, vale, people, monkeypatch):
    """The order that must fail, else the two tests above prove nothing."""
    flooded(moor, vale, people)
    order = "ORDER BY turn.in_work, turn.last_turn NULLS FIRST, j.due_at, j.created_at"
    assert order in work._OLDEST
    monkeypatch.setattr(work, "_OLDEST", work._OLDEST.replace(order, "ORDER BY j.due_at, j.created_at"))
    assert "south" not in turns()


def test_a_claim_reads_a_handful_of_rows_of_a_long_queue(moor, vale, people, monkeypatch):
    work.handler(KIND)(note)
    for organisation in (moor, vale):
        with connections["platform"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO jobs_job (id, organisation_id, kind, key, period, capacity, state, due_at, claimed_at,"
                " attempt, result_sha, result_path, error, created_at)"
                " SELECT gen_random_uuid(), %s, %s, n::text, '', 'partner', (ARRAY['queued', 'done'])[1 + n %% 2],"
                " now() - n * interval '1 second', CASE n %% 2 WHEN 1 THEN now() END, n %% 2, '', '', '', now()"
                " FROM generate_series(1, 10000) n",
                [organisation.pk, KIND],
            )
            cursor.execute("ANALYZE jobs_job")
            cursor.execute("SET LOCAL random_page_cost = 1")  # all of it lies in memory, as a queue does
    monkeypatch.setattr(work, "_TAKE", "EXPLAIN (ANALYZE, FORMAT JSON) " + work._TAKE)
    monkeypatch.setattr(work, "task_of", lambda row: row[0][0]["Plan"])

    read = list(scans(work.claim_next()))

    assert {kind for kind, _ in read} <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
    assert sum(rows for _, rows in read) < 500


def scans(node):
    """How each part of a plan reads the jobs, and how many rows that were."""
    if node.get("Relation Name") == "jobs_job" and node["Node Type"] != "ModifyTable":
        yield node["Node Type"], (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from scans(part)


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
