"""Numbered, timed steps. A step that fails says why, and what to do about it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rollout.workbench.places import ROOT, log_dir

TAIL_LINES = 12
TITLE_WIDTH = 34


class StepFailed(Exception):
    """A step that could not be done: the reason in one sentence, and the remedy in another."""

    def __init__(self, reason: str, remedy: str, details: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.details = details
        self.is_told = False


class Step:
    """One step while it runs. `note` replaces the word "done"; `warn` adds a line below."""

    def __init__(self) -> None:
        self.outcome = "done"
        self.warnings: list[str] = []

    def note(self, outcome: str) -> None:
        self.outcome = outcome

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class Steps:
    """A numbered list that fills while it is worked through."""

    def __init__(self, total: int, *, already_done: int = 0, out: TextIO | None = None) -> None:
        self.total = total
        self.number = already_done
        self.out = out or sys.stdout

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Time one step. A `StepFailed` is told in full and goes on to the caller."""
        self.number += 1
        self._write(f"{self.number:>2}/{self.total}  {title:<{TITLE_WIDTH}} ")
        began = time.monotonic()
        step = Step()
        try:
            yield step
        except StepFailed as failure:
            self._write(f"failed after {time.monotonic() - began:.1f} s\n")
            self._write(told(failure))
            failure.is_told = True
            raise
        except BaseException:
            self._write("stopped\n")
            raise
        self._write(f"{step.outcome:<14} {time.monotonic() - began:>6.1f} s\n")
        for warning in step.warnings:
            self._write(f"       {warning}\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def told(failure: StepFailed) -> str:
    """A failure as a person reads it on the screen."""
    lines = [f"       Why:    {failure.reason}", f"       To do:  {failure.remedy}"]
    if failure.details:
        lines += ["", *(f"       | {line}" for line in failure.details.splitlines())]
    return "\n".join(lines) + "\n"


def run(
    command: Sequence[str | Path],
    *,
    log: str,
    reason: str,
    remedy: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> str:
    """Run one program of a step; what it says goes to `log`, and its last lines on to the screen if it fails."""
    path = log_dir() / log
    try:
        done = subprocess.run(
            [os.fspath(part) for part in command],
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise StepFailed(reason, remedy, str(error)) from error
    path.write_text(done.stdout)
    if done.returncode:
        tail = "\n".join(done.stdout.rstrip().splitlines()[-TAIL_LINES:])
        raise StepFailed(reason, f"{remedy} Everything it said is in {path}.", tail)
    return done.stdout
