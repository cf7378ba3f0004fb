"""A process that is killed while it works, and what its server sessions have left when they are gone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg


def killed_after(seconds: float, work: Callable[[], object]) -> bool:
    """Work in a process of its own that is killed then. False when it had finished before."""
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=_work, args=[work])
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise AssertionError(f"the work ended by itself with {process.exitcode}")
    return process.exitcode != 0


def _work(work: Callable[[], object]) -> None:
    work()
    os._exit(0)


def wait_for_the_server(admin: psycopg.Connection) -> None:
    """A server session notices after its statement that nobody listens any more."""
    until = time.monotonic() + 30
    left = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while admin.execute(f"{left} AND backend_type = 'client backend'").fetchall():
        assert time.monotonic() < until
        time.sleep(0.01)
