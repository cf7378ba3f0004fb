"""One process per project, told over its standard input what to do; the answers are JSON lines."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from typing import Any


class Project:
    """A project's own process: its settings, its database, ready for the next slice."""

    def __init__(self, settings: str, database: str, **environment: str) -> None:
        self.name = settings
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": f"benchmarks.settings_{settings}",
            "BENCH_DATABASE": database,
            **environment,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.process"],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def do(self, act: str, *arguments: Any) -> Any:
        """Call `module.function` over there. What it returns is JSON."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([act, arguments]) + "\n")
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} has ended while it did {act}")
        kind, value = json.loads(answer)
        if kind == "problem":
            raise RuntimeError(f"{self.name}, {act}: {value}")
        return value

    def end(self) -> None:
        """Let the process go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def timed(work: Any, *arguments: Any) -> float:
    """Seconds on the clock that never jumps."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def _listen() -> None:
    import django

    answers, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    for line in sys.stdin:
        act, arguments = json.loads(line)
        module, _, function = act.partition(".")
        try:
            value = getattr(importlib.import_module(f"benchmarks.{module}"), function)(*arguments)
            answers.write(json.dumps(["value", value]) + "\n")
        except Exception as problem:  # noqa: BLE001 - told to whoever asked
            answers.write(json.dumps(["problem", f"{type(problem).__name__}: {problem}"[:2000]]) + "\n")
        answers.flush()


if __name__ == "__main__":
    _listen()
