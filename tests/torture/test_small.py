"""The small run: workers killed while they work, the broker wiped, the database crashed. Nothing is lost."""

from __future__ import annotations

import re


def number(said: str, row: str) -> int:
    """What the table says."""
    found = re.search(rf"{row} +(\d+)", said)
    assert found, said
    return int(found[1])


def test_without_a_broker_everything_is_there_once(tortured):
    done = tortured("loops", RESTARTS=1)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Everything is there once.\n")
    assert number(done.stdout, "Packs asked for and done") == 8
    assert number(done.stdout, "SIGKILLs while the job of that process ran") >= 3
    assert number(done.stdout, "Immediate restarts of the database") == 1


def test_with_a_real_broker_everything_is_there_once(tortured):
    done = tortured("celery", RESTARTS=0)

    assert done.returncode == 0, done.stdout + done.stderr
    assert number(done.stdout, "Packs asked for and done") == 8
    assert number(done.stdout, "SIGKILLs while the job of that process ran") >= 3
    assert number(done.stdout, "Times the broker was emptied and beat killed") == 1


def test_control_workers_that_acknowledge_early_lose_packs(tortured):
    done = tortured("loops", JOBS=2, KILLS=1, RESTARTS=0, WRONG="acknowledged_early")

    assert done.returncode == 1
    assert number(done.stdout, "SIGKILLs while the job of that process ran") == 1
    assert re.search(r"loops: pack \S+ is (requested|making) and was issued 0 times", done.stdout), done.stdout
