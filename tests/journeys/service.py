"""The service under a browser: pages and jobs as programs of their own, on a database of their own."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import connections
from django.test import override_settings

from rollout.organisations.models import Organisation
from rollout.organisations.provisioning import create_organisation
from rollout.workbench.places import PYTHON, ROOT
from rollout.workbench.processes import Child, stop_all
from tests import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

PATIENCE = 30
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as its reader got it."""

    to: str
    subject: str
    text: str


@dataclass(slots=True)
class Service:
    """Where the pages answer, and the doors that a test has beside the browser."""

    port: int
    database: str
    var: Path
    unblocked: Callable[[], AbstractContextManager[None]]
    children: list[Child] = field(default_factory=list)
    newest: str = ""

    def url(self, path: str = "/", organisation: Organisation | None = None) -> str:
        """The address of a path on an organisation's host, or on the sign-in host."""
        host = f"{organisation.slug}.localhost" if organisation else "localhost"
        return f"http://{host}:{self.port}{path}"

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Reach the database of the journeys from here, through the same code that the pages use."""
        before = connections["default"].settings_dict["NAME"]
        like_the_service = override_settings(
            EMAIL_BACKEND="rollout.accounts.outbox.Outbox",
            OUTBOX_DIR=self.var / "outbox",
            FILES_DIR=self.var / "files",
            PUBLIC_SCHEME="http",
            PUBLIC_PORT=str(self.port),
        )
        with self.unblocked(), like_the_service:
            databases.use(self.database)
            try:
                yield
            finally:
                for alias in connections:
                    connections[alias].close()
                    connections[alias].settings_dict["NAME"] = before

    def organisation(self, name: str) -> Organisation:
        """A new, empty organisation: every journey has its own."""
        slug = f"{name.split()[0].lower()}-{next(_numbers)}"
        with self.reached():
            return create_organisation(domain=f"{slug}.localhost", slug=slug, name=name)

    @contextmanager
    def jobs_resting(self) -> Iterator[None]:
        """Nobody takes jobs meanwhile, so that a played story can do them at their own moments."""
        worker = self.children[1]
        stop_all([worker])
        try:
            yield
        finally:
            worker.start()

    def as_administrator(self, organisation: Organisation | None, statement: str, *parameters: Any) -> int:
        """Change rows past every protection; how many. Only for what no page can do, such as moving time."""
        address = settings.DATABASE_ADMIN_URL.rsplit("/", 1)[0] + f"/{self.database}"
        with psycopg.connect(address) as connection:
            path = f"{organisation.schema_name},public" if organisation else "public"
            connection.execute("SELECT set_config('search_path', %s, true)", [path])
            return connection.execute(statement, parameters).rowcount  # type: ignore[arg-type]

    def forget_letters(self) -> None:
        """From now on there are only the letters of this test: those of the one before have all been written."""
        waiting = "SELECT 1 FROM public.jobs_job WHERE state IN ('queued', 'running') AND due_at <= clock_timestamp()"
        until = time.monotonic() + PATIENCE
        while self.as_administrator(None, waiting) and time.monotonic() < until:
            time.sleep(0.1)
        self.newest = max((path.name for path in (self.var / "outbox").glob("[0-9]*.json")), default="")

    def letters(self, to: str) -> list[Letter]:
        """What was sent to an address in this test, the oldest first."""
        files = sorted(path for path in (self.var / "outbox").glob("[0-9]*.json") if path.name > self.newest)
        written = (json.loads(path.read_bytes()) for path in files)
        return [
            Letter(to, fields["subject"], fields["text"])
            for fields in written
            if to.lower() in [address.lower() for address in fields["to"]]
        ]

    def next_letter(self, to: str, after: int = 0) -> Letter:
        """The letter that comes after so many others; waits for the jobs."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.letters(to)
            if len(found) > after:
                return found[after]
            time.sleep(0.1)
        raise AssertionError(f"no further letter came to {to}; it has {len(self.letters(to))}")


@contextmanager
def served(var: Path, unblocked: Callable[[], AbstractContextManager[None]]) -> Iterator[Service]:
    """Pages and jobs until the end of the run."""
    with unblocked(), databases.copy("_journeys") as name:
        before = connections["default"].settings_dict["NAME"]
        service = Service(_free_port(), name, var, unblocked)
        env = _environment(service)
        web = [
            *(str(PYTHON), "-m", "gunicorn", "rollout.config.wsgi", "--bind", f"127.0.0.1:{service.port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--graceful-timeout", "2"),
            *("--preload", "--no-control-socket"),
        ]
        work = [PYTHON, ROOT / "manage.py", "work"]
        service.children += [Child("journeys-web", web, env), Child("journeys-work", work, env)]
        try:
            for child in service.children:
                child.log.unlink(missing_ok=True)
                child.start()
            _wait_for(service)
            yield service
        finally:
            stop_all(service.children)
            for alias in connections:
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = before


def _environment(service: Service) -> dict[str, str]:
    without_password = f"postgresql://nobody@{settings.DATABASE_ADMIN_URL.rsplit('@', 1)[-1]}"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PG"))},
        "DATABASE_ADMIN_URL": without_password,
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "JOURNEYS_DATABASE": service.database,
        "JOURNEYS_PORT": str(service.port),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
        "VAR_DIR": str(service.var),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(service: Service) -> None:
    web = service.children[0]
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not web.has_ended():
        page = http.client.HTTPConnection("127.0.0.1", service.port, timeout=5)
        try:
            page.request("GET", "/sign-in/", headers={"Host": f"localhost:{service.port}"})
            if page.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            page.close()
        time.sleep(0.1)
    raise RuntimeError(f"the pages do not answer:\n{web.log.read_text()[-3000:]}")
