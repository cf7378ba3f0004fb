"""PostgreSQL refuses to run as root: the unprivileged account that runs it then, and what that account can reach."""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollout.workbench.steps import StepFailed

ACCOUNTS = ("postgres", "nobody")
ROOM = Path("/var/tmp")  # survives a restart and is open to every account  # nosec B108
MEMORY = Path("/dev/shm")  # open to every account, and empty after a restart  # nosec B108
ENOUGH = 4 * 2**30
"""Bytes of memory that must be free before data are put there: five times what a whole run of the tests takes."""


@dataclass(frozen=True, slots=True)
class Servant:
    """Who runs the database: ourselves, or as root an account without rights."""

    uid: int
    gid: int

    @classmethod
    def of_this_process(cls) -> "Servant":
        """Ourselves, unless we are root; no account is ever created."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ACCOUNTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls(entry.pw_uid, entry.pw_gid)
        raise StepFailed(
            "PostgreSQL does not run as root, and neither the account postgres nor nobody exists.",
            "Run the command as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
        )

    @property
    def is_somebody_else(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, command: Sequence[str | Path], *, listen: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, without a terminal. Listen only to what ends: a server keeps its pipe open."""
        identity: dict[str, Any] = {}
        if self.is_somebody_else:
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if listen else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if listen else subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            start_new_session=True,
            text=True,
            check=False,
            **identity,
        )
        return done

    def can(self, *command: str | Path) -> bool:
        """Whether this account gets this done."""
        try:
            return self.run(command).returncode == 0
        except OSError:  # not even allowed to see the program
            return False

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours to this account."""
        if self.is_somebody_else:
            os.chown(path, self.uid, self.gid)

    def home_for(self, folder: Path) -> Path:
        """Where data that is wanted in `folder` can lie, so that this account reaches it.

        The same folder always gets the same answer as long as the data stays where it was put.
        """
        if not self.is_somebody_else:
            return folder
        shelter = ROOM / _name_for(folder)
        if not (shelter / folder.name).exists() and self.can("test", "-x", folder.parent):
            return folder
        return shelter / folder.name

    def memory_for(self, home: Path) -> Path:
        """Where data that nobody misses can lie: in memory, or in their home where there is too little of it."""
        place = MEMORY / _name_for(home) / home.name
        return place if place.exists() or _free_memory() >= ENOUGH else home

    def open_home(self, home: Path) -> None:
        """Make the place that was chosen. In a folder where everybody may write, a stranger's is refused."""
        place = home.parent
        if place.parent not in (ROOM, MEMORY):
            place.mkdir(parents=True, exist_ok=True)
            return
        place.mkdir(mode=0o711, exist_ok=True)
        found = place.lstat()
        if place.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise StepFailed(f"{place} was made by somebody else.", f"Look at {place}, remove it and try again.")

    def programs(self, binaries: Path, near: Path) -> Path:
        """The same programs at a place where this account can run them; copied when it must be.

        The wheel's programs find their libraries by a relative path, so both folders are copied as they lie.
        """
        if self.can(binaries / "postgres", "--version"):
            return binaries
        package, version = binaries.parents[1], binaries.parent.name
        libraries = package.with_name(f"{package.name}.libs")
        copy = near.with_name(f"{near.name}-programs")
        there = copy / package.name / version / "bin"
        if not self.can(there / "postgres", "--version"):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(binaries.parent, copy / package.name / version, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            for path in [copy, *copy.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        if not self.can(there / "postgres", "--version"):
            raise StepFailed(
                f"The unprivileged account cannot run {there / 'postgres'}.",
                "Look whether that disk allows programs (noexec), or set DATABASE_URL to a PostgreSQL server.",
            )
        return there


def _name_for(folder: Path) -> str:
    return f"collaborative-pairs-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _free_memory() -> int:
    """How many bytes can be kept in memory; none where this system has no folder for it."""
    try:
        told = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
        room = shutil.disk_usage(MEMORY).free
    except OSError:
        return 0
    try:  # a container has less than its machine
        room = min(room, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):
        pass
    return min(room, int(told[1]) * 1024) if told else 0
