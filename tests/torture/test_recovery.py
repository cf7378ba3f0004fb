"""The supervisor of the demo starts the embedded database again, and the pages recover by themselves."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from rollout.workbench import demo
from rollout.workbench.places import PYTHON
from rollout.workbench.processes import Child, stop_all
from tests.torture.broker import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 40
PREPARE = """
import os, django; django.setup()
from rollout.organisations.management.commands.bootstrap import bootstrap
from rollout.organisations.migrating import migrate_all
bootstrap(os.environ["DATABASE_ADMIN_URL"])
migrate_all(say=lambda line: None)
"""


@pytest.fixture
def site(crashing, tmp_path, monkeypatch) -> Iterator[tuple[Child, int]]:
    """The product's own web process on that server. Whoever asks has a session, so that no page does without."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PG"))},
        "DATABASE_ADMIN_URL": crashing.admin_url(),
        "DJANGO_SETTINGS_MODULE": "rollout.config.settings.test",
        "PYTHONPATH": os.pathsep.join([str(settings.ROOT), str(settings.ROOT / "platform")]),
    }
    subprocess.run([sys.executable, "-c", PREPARE], env=env, cwd=settings.ROOT, check=True)
    port = free_port()
    web = [
        *(str(PYTHON), "-m", "gunicorn", "rollout.config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "2", "--no-control-socket"),
    ]
    pages = Child("recovering-web", web, env)
    pages.start()
    yield pages, port
    stop_all([pages])


def asked(port: int) -> tuple[int, str]:
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        page.request("GET", "/sign-in/", headers={"Host": "localhost", "Cookie": f"sessionid={'a' * 32}"})
        answer = page.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        page.close()


def wait_for(port: int, status: int) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, said = asked(port)
        if found == status:
            return said
        time.sleep(0.1)
    raise AssertionError(f"never {status}, at last {found}")


def test_a_database_that_dies_is_started_again_and_the_pages_say_so_until_then(crashing, site, capsys):
    pages, port = site
    wait_for(port, 200)
    before = pages.pid
    assert demo.stand_up([pages], crashing) == 0

    os.kill(int((crashing.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    assert "comes back by itself" in wait_for(port, 503)
    assert demo.stand_up([pages], crashing) == 1
    assert "“database” ended and is started again" in capsys.readouterr().out
    wait_for(port, 200)
    assert pages.pid == before, "the pages recover without being started again"
    assert demo.stand_up([pages], crashing) == 0
