"""Working without a broker: one process that takes jobs one after the other until it is asked to stop."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django.db import Error, close_old_connections, connections

from rollout.jobs import work
from rollout.jobs.sweeping import sweep

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
AFTER_FAILURE_SECONDS = 1.0
TIDY_SECONDS = 3600


class TookTooLong(Exception):
    """An attempt ran longer than a job may."""


class Loop:
    """Takes jobs, sweeps now and then, and lives through a database that is away for a while."""

    def __init__(self) -> None:
        self._stopping = False
        self._next_sweep = self._next_tidy = 0.0

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Finish the job in hand, then end. Fit to be a signal's handler."""
        self._stopping = True

    def run(self, *, until_empty: bool = False, seconds: float | None = None) -> int:
        """Work until asked to stop, or until nothing waits, or for so many seconds; how many attempts were made."""
        end = None if seconds is None else time.monotonic() + seconds
        attempts = 0
        away = False
        while not self._stopping and (end is None or time.monotonic() < end):
            try:
                close_old_connections()
                self._sweep_now_and_then()
                worked = self._work_once()
            except (Error, TookTooLong) as error:
                if not away:
                    logger.warning("jobs wait: %s", type(error).__name__)
                away = True
                connections.close_all()
                time.sleep(AFTER_FAILURE_SECONDS)
                continue
            away = False
            if worked:
                attempts += 1
            elif until_empty:
                break
            else:
                time.sleep(IDLE_SECONDS)
        return attempts

    def _sweep_now_and_then(self) -> None:
        moment = time.monotonic()
        if moment < self._next_sweep:
            return
        tidy = moment >= self._next_tidy
        sweep(files=tidy)
        self._next_sweep = moment + settings.JOB_SWEEP_SECONDS
        if tidy:
            self._next_tidy = moment + TIDY_SECONDS

    def _work_once(self) -> bool:
        task = work.claim_next()
        if task is None:
            return False
        with _no_longer_than(settings.JOB_SECONDS):
            work.run(task)
        return True


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
