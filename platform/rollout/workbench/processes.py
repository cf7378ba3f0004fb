"""Long-running programs that the workbench starts, watches and stops."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from rollout.workbench.places import ROOT, log_dir

DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG
GRACE = 10


class Stopped(BaseException):
    """Somebody asked the workbench to stop."""


class Child:
    """One program in a process group of its own, so that Ctrl-C reaches us first and we stop it in order."""

    def __init__(self, name: str, command: Sequence[str | Path], env: Mapping[str, str]) -> None:
        self.name = name
        self.command = [os.fspath(part) for part in command]
        self.env = dict(env)
        self.log = log_dir() / f"{name}.log"
        self.began = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                preexec_fn=_die_with_parent(),
            )
        self.began = time.monotonic()

    @property
    def pid(self) -> int:
        """Its process, which leads a group of the same number."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def wait_or_kill(self) -> None:
        """Wait for the end that was asked for, but not for ever; nothing of its group stays behind."""
        if self._process is None:
            return
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self._process.wait()

    def kill(self) -> None:
        """End it and its whole group at once, without a chance to finish anything."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return


def stop_all(children: Sequence[Child]) -> None:
    """Stop programs together, the last started first."""
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.wait_or_kill()


def stop_on_signals() -> None:
    """Ctrl-C and the system's polite request to end both raise `Stopped`, once."""

    def stop(number: int, frame: FrameType | None) -> None:
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(again, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def run_in_foreground(command: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run one program on our own terminal and wait for it; Ctrl-C is its business, a request to end is passed on."""
    stdin = None if sys.stdin is not None and sys.stdin.isatty() else subprocess.DEVNULL
    with subprocess.Popen([os.fspath(part) for part in command], cwd=ROOT, env=dict(env), stdin=stdin) as process:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux a child gets SIGTERM when we are killed without a chance to stop it."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        libc.prctl(DIE_WITH_PARENT, signal.SIGTERM)

    return ask_the_kernel
