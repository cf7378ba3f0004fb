"""One server of its own for the tests that crash it, with a migrated database."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from rollout.workbench import postgres
from rollout.workbench.keyring import Keyring
from rollout.workbench.servant import ROOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rollout.workbench.postgres import Cluster


@pytest.fixture(scope="module")
def crashing() -> Iterator[Cluster]:
    """A server that nobody else of the run uses."""
    with tempfile.TemporaryDirectory(prefix="torture-", dir=ROOM) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgres.start(folder / "postgres", fast=True, keyring=Keyring(folder / "secrets.json")) as cluster:
            yield cluster


@pytest.fixture
def tortured(crashing: Cluster) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`make torture` in small, on that server."""
    small = {"JOBS": 8, "LETTERS": 2, "KILLS": 3, "WIPES": 1, "ORGANISATIONS": 1, "WORKERS": 2, "LEASE": 10, "FAST": 1}

    def run(mode: str, **more: object) -> subprocess.CompletedProcess[str]:
        sizes = {**small, "MODES": mode, "CLUSTER": crashing.data, "PATIENCE": 240, **more}
        env = {name: value for name, value in os.environ.items() if not name.startswith(("TORTURE_", "VAR_DIR"))}
        env |= {f"TORTURE_{name}": str(value) for name, value in sizes.items()}
        env["PYTHONPATH"] = os.pathsep.join([str(settings.ROOT), str(settings.ROOT / "platform")])
        command = [sys.executable, "-m", "tests.torture"]
        return subprocess.run(command, cwd=settings.ROOT, env=env, capture_output=True, text=True, check=False)

    return run
