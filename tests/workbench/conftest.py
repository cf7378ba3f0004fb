"""Folders that the unprivileged account of the database reaches, and a way to see what a step says."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rollout.workbench import servant, steps
from rollout.workbench.postgres import Cluster, start


@contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """A folder through which every account may pass; pytest's own ones are closed when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-", dir=servant.ROOM))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with folder_for_everybody() as folder:
        yield folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One running server for all tests that only look at it or tidy up after themselves."""
    with folder_for_everybody() as folder, start(folder / "postgres", fast=True) as running:
        yield running


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the demo of this machine."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("ROLE_PREFIX", raising=False)
    assert steps.log_dir().is_relative_to(tmp_path)
    return tmp_path / "var"
