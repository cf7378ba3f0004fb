"""A real Redis on loopback, for as long as somebody needs it."""

from __future__ import annotations

import os
import shutil
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis

from rollout.workbench.machine import apt_line
from rollout.workbench.processes import Child, stop_all
from rollout.workbench.steps import StepFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 15


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of an empty Redis that keeps nothing on disk."""
    program = shutil.which("redis-server")
    if program is None:
        raise StepFailed("There is no Redis on this machine.", f"Run: {apt_line(['redis-server'])}")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = Child("torture-redis", [*command, "--dir", str(folder)], os.environ)
    server.start()
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port):
            if server.has_ended() or time.monotonic() > until:
                raise StepFailed("Redis did not start.", f"Read {server.log}.")
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop_all([server])


def wipe(address: str) -> None:
    """Forget every message, whoever waits for it."""
    with redis.Redis.from_url(address) as client:
        client.flushall()


def _answers(port: int) -> bool:
    try:
        with redis.Redis(port=port) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
