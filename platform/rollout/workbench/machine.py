"""Steps one to three: the virtual environment, what is installed in it, and the system's packages."""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from rollout.workbench.places import PYTHON, ROOT, VENV
from rollout.workbench.steps import Step, StepFailed, run

OLDEST_PYTHON = (3, 11)
PRINTING = {"libpangoft2-1.0-0": "libpangoft2-1.0.so.0", "libharfbuzz-subset0": "libharfbuzz-subset.so.0"}
TESTING = {"chromium": "chromium", "poppler-utils": "pdftotext", "redis-server": "redis-server"}
DEBIAN_ENV = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none"}


def make_venv(step: Step) -> None:
    """Make `.venv`, unless there is one that works."""
    if sys.version_info < OLDEST_PYTHON:
        raise StepFailed(
            f"This is Python {sys.version_info.major}.{sys.version_info.minor}; 3.11 or newer is needed.",
            "Install Python 3.11 and run the same command again, or name it: make PYTHON=/path/to/python3.11 …",
        )
    if _answers(PYTHON, "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        step.note("ready")
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        install_packages(["python3-venv"])
    run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        log="venv.log",
        reason="The virtual environment could not be made.",
        remedy=f"Look whether {ROOT} can be written to and the disk has room.",
    )


def install_requirements(step: Step, *, development: bool) -> None:
    """Install exactly the pinned packages. Which list is installed is remembered by the list's own hash."""
    wanted = "dev" if development else "base"
    if _stamp(wanted).exists():
        step.note("ready")
        return
    run(
        [
            *(PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar", "off"),
            *("--disable-pip-version-check", "-r", ROOT / "requirements" / f"{wanted}.txt"),
        ],
        log="requirements.log",
        reason="Not every Python package could be installed.",
        remedy="Check the network, or the index that your pip is set to, and run the same command again.",
    )
    for name in ("base", "dev") if development else ("base",):  # the longer list contains the shorter one
        for old in VENV.glob(f".installed-{name}-*"):
            old.unlink()
        _stamp(name).touch()


def install_system_packages(step: Step, *, testing: bool) -> None:
    """The libraries that print PDFs and, for the tests, a browser and the PDF tools.

    The demo runs without them: reports stay readable as web pages. Tests need all of them.
    """
    missing = missing_system_packages(testing=testing)
    if not missing:
        step.note("ready")
        return
    try:
        install_packages(missing)
        if still := missing_system_packages(testing=testing):
            raise StepFailed(f"Still missing after the installation: {', '.join(still)}.", f"Run: {apt_line(still)}")
    except StepFailed as failure:
        if testing:
            raise
        step.note("without PDF")
        step.warn("Board packs cannot be printed as PDF here; their web pages work. To have the PDF too:")
        step.warn(failure.remedy)


def missing_system_packages(*, testing: bool) -> list[str]:
    """Debian's names of the packages that this machine lacks."""
    missing = [package for package, library in PRINTING.items() if not _loads(library)]
    if testing:
        missing += [package for package, program in TESTING.items() if shutil.which(program) is None]
    return missing


def install_packages(packages: Iterable[str]) -> None:
    """Install with apt when we are root; otherwise say the exact command."""
    packages = list(packages)
    names = ", ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise StepFailed(
            f"This machine lacks {names}, and only root may install it.", f"Run: {apt_line(packages, sudo=True)}"
        )
    env = {**os.environ, **DEBIAN_ENV}
    for name, command in {
        "apt-update.log": ["apt-get", "update", "-q"],
        "apt-install.log": ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
    }.items():
        run(
            command,
            log=name,
            env=env,
            reason=f"{names} could not be installed.",
            remedy=f"Check the network and run: {apt_line(packages)}",
        )


def apt_line(packages: Iterable[str], *, sudo: bool = False) -> str:
    """The command that a person can copy."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"sudo {line}" if sudo else line


def in_venv() -> bool:
    """Whether this very process already runs on the project's own Python."""
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def _stamp(name: str) -> Path:
    content = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return VENV / f".installed-{name}-{hashlib.sha256(content).hexdigest()[:16]}"


def _answers(python: Path, question: str) -> bool:
    try:
        asked = subprocess.run([python, "-c", question], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
