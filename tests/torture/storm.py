"""What is done to the workers, the broker and the database while jobs run."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from tests.torture import broker

if TYPE_CHECKING:
    from uuid import UUID

    from tests.torture.crew import Crew
    from tests.torture.ground import Ground
    from tests.torture.sizes import Sizes

CHANCE = random.SystemRandom()
UNTIL = 0.6
"""By this part of the work all of it has been done to them: the rest shows that they recover."""


@dataclass(slots=True)
class Storm:
    """Kills, wipes and crashes, spread over the work."""

    ground: Ground
    crew: Crew
    sizes: Sizes
    wipes: int = 0
    restarts: int = 0
    killed: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Job and token of each attempt that ran when its process was killed, as the database said just before."""

    def rage(self) -> bool:
        """Until everything is done. False when it takes too long."""
        until = time.monotonic() + self.sizes.patience
        wipes = self.sizes.wipes if self.crew.broker else 0
        while time.monotonic() < until:
            self.crew.stand_up()
            try:
                open_jobs, done = self._progress()
                if not open_jobs:
                    return True
                part = done / max(1, self.sizes.jobs) / UNTIL
                if self.restarts < self.sizes.restarts and self.restarts + 0.5 <= part * self.sizes.restarts:
                    self._crash_database()
                elif self.wipes < wipes and self.wipes + 0.5 <= part * wipes:
                    self._wipe()
                elif len(self.killed) < self.sizes.kills and len(self.killed) < 2 + part * self.sizes.kills:
                    self._kill(in_a_hurry=len(self.killed) < part * self.sizes.kills)
                else:
                    time.sleep(0.2)
            except psycopg.OperationalError:  # the server is still recovering
                time.sleep(0.1)
        return False

    def _progress(self) -> tuple[int, int]:
        (row,) = self.ground.look(
            "SELECT count(*) FILTER (WHERE state IN ('queued', 'running')) AS open,"
            " count(*) FILTER (WHERE state = 'done' AND kind = 'boardpacks.make') AS done FROM jobs_job"
        )
        return row["open"], row["done"]

    def _kill(self, *, in_a_hurry: bool) -> None:
        """Stop a process that has a job in hand, ask the database, and end it if the job runs and is its own.

        Some are ended at the beginning of a job and some at its end; while too few are, at the beginning.
        """
        hands = self.crew.in_hand()
        if not hands:
            time.sleep(0.02)
            return
        time.sleep(CHANCE.uniform(0, 0.1 if in_a_hurry else 0.8))
        hand = hands[-1]
        whole = not self.crew.broker or CHANCE.random() < 0.3
        self.crew.freeze(hand, whole=whole)
        running = self._running([(one.job, one.token) for one in self.crew.victims(hand, whole=whole)])
        if (hand.job, hand.token) not in running:
            self.crew.go_on(hand, whole=whole)
            return
        self.crew.kill(hand, whole=whole)
        self.killed += sorted(running)

    def _running(self, attempts: list[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
        rows = self.ground.look(
            "SELECT id, token FROM jobs_job"
            " WHERE (state = 'running' OR %s) AND finished_at IS NULL AND token = ANY(%s)",
            bool(self.crew.wrong),  # a wrong worker says that it is done before it is
            [token for _, token in attempts],
        )
        return {(row["id"], row["token"]) for row in rows} & set(attempts)

    def _wipe(self) -> None:
        """The broker forgets everything, and who rings every few seconds is killed too."""
        broker.wipe(self.crew.broker)
        if self.crew.beat:
            self.crew.beat.kill()
        self.wipes += 1

    def _crash_database(self) -> None:
        self.ground.cluster.crash()
        time.sleep(CHANCE.uniform(0, 1))
        self.ground.cluster.start()
        self.restarts += 1
