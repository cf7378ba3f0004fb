"""The workers: real processes of the product, started again whenever one is gone."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from rollout.workbench.places import PYTHON, ROOT
from rollout.workbench.processes import Child, stop_all

if TYPE_CHECKING:
    from tests.torture.ground import Ground

CELERY = [str(PYTHON), "-m", "celery", "--app=rollout.config.celery"]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]


@dataclass(frozen=True, slots=True)
class Hand:
    """An attempt that a process has in hand, as the process itself says."""

    job: UUID
    token: UUID
    pid: int


@dataclass(slots=True)
class Crew:
    """As many workers as were asked for, with a broker or without."""

    ground: Ground
    broker: str
    size: int
    wrong: str = ""
    children: list[Child] = field(default_factory=list)
    beat: Child | None = None

    def start(self) -> None:
        env = self._environment()
        (settings.VAR / "marks").mkdir(parents=True, exist_ok=True)
        if not self.broker:
            self.children = [
                Child(f"torture-work-{n}", [PYTHON, ROOT / "manage.py", "work"], env) for n in range(self.size)
            ]
        else:
            for n in range(max(1, self.size // 2)):
                command = [*CELERY, "worker", "--concurrency=2", f"--hostname=worker{n}@localhost", *QUIET]
                self.children.append(Child(f"torture-celery-{n}", command, env))
            diary = settings.VAR / f"beat-{os.getpid()}"
            self.beat = Child("torture-beat", [*CELERY, "beat", f"--schedule={diary}", "--pidfile="], env)
        for child in self.everybody():
            child.start()

    def everybody(self) -> list[Child]:
        return [*self.children, *([self.beat] if self.beat else [])]

    def stand_up(self) -> None:
        """Start again whoever is gone."""
        for child in self.everybody():
            if child.has_ended():
                child.start()

    def stop(self) -> None:
        stop_all(self.everybody())

    def in_hand(self) -> list[Hand]:
        """What the living have in hand, the newest last."""
        groups = {child.pid for child in self.children if not child.has_ended()}
        found = []
        for mark in sorted(Path(settings.VAR, "marks").iterdir(), key=_age):
            job, token, pid = mark.name.split("_")
            try:
                if os.getpgid(int(pid)) in groups:
                    found.append(Hand(UUID(job), UUID(token), int(pid)))
            except ProcessLookupError:
                mark.unlink(missing_ok=True)
        return found

    def victims(self, hand: Hand, *, whole: bool) -> list[Hand]:
        """Who goes down with it: with a broker, the whole worker or only the process that has the job."""
        if not whole:
            return [hand]
        group = os.getpgid(hand.pid)
        return [hand, *(other for other in self.in_hand() if other != hand and os.getpgid(other.pid) == group)]

    def freeze(self, hand: Hand, *, whole: bool) -> None:
        """Nothing moves from now on: what the database says of the job stays true until the end of the process."""
        _tell(hand.pid, signal.SIGSTOP, whole=whole)
        _wait_for(hand.pid, "T")

    def go_on(self, hand: Hand, *, whole: bool) -> None:
        _tell(hand.pid, signal.SIGCONT, whole=whole)

    def kill(self, hand: Hand, *, whole: bool) -> None:
        _tell(hand.pid, signal.SIGKILL, whole=whole)
        _wait_for(hand.pid, "ZX")

    def _environment(self) -> dict[str, str]:
        without_password = f"postgresql://nobody@127.0.0.1:{self.ground.cluster.port}/postgres"
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PG"))},
            "DATABASE_ADMIN_URL": without_password,
            "DJANGO_SETTINGS_MODULE": "tests.torture.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
            "TORTURE_DATABASE": self.ground.database,
            "TORTURE_WORKER": "1",
            "TORTURE_WRONG": self.wrong,
            "CELERY_BROKER_URL": self.broker,
            "VAR_DIR": str(settings.VAR),
        }


def _tell(pid: int, number: signal.Signals, *, whole: bool) -> None:
    try:
        if whole:
            os.killpg(os.getpgid(pid), number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_for(pid: int, states: str) -> None:
    """Until the process is in one of these states, or gone."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state in states:
            return
        time.sleep(0.002)


def _age(mark: Path) -> float:
    try:
        return mark.stat().st_mtime
    except FileNotFoundError:
        return 0.0
