import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from rollout.workbench import database, demo, environment, postgres
from rollout.workbench.cli import main
from rollout.workbench.places import ROOT
from rollout.workbench.processes import Child, stop_all
from rollout.workbench.steps import StepFailed
from rollout.workbench.table import table


def tell(url: str, *orders: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        for order in orders:
            server.execute(order)


@pytest.fixture
def somebody_s_server(cluster, monkeypatch):
    """A server that the person named in DATABASE_URL."""
    url = cluster.admin_url()
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    tell(url, "DROP DATABASE IF EXISTS rollout_demo", "DROP DATABASE IF EXISTS rollout")


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The packages are there: these tests are about what comes after."""
    monkeypatch.setattr(demo.preparation, "install", lambda *_, **__: None)


def test_reset_refuses_a_database_that_is_not_marked_as_a_demo(somebody_s_server, own_var, capsys):
    tell(somebody_s_server, "CREATE DATABASE rollout_demo")
    (own_var / "files").mkdir()

    assert main(["reset"]) == 1

    assert "not marked as a demo" in capsys.readouterr().err
    assert database.look(somebody_s_server) is database.Found.SOMETHING_ELSE
    assert (own_var / "files").exists()


def test_reset_empties_the_demo_and_touches_nothing_else(somebody_s_server, own_var, capsys):
    tell(
        somebody_s_server,
        "CREATE DATABASE rollout",
        "CREATE DATABASE rollout_demo",
        f"COMMENT ON DATABASE rollout_demo IS '{database.MARK}'",
    )
    (own_var / "demo.json").write_text("{}")
    (own_var / "files").mkdir()
    (own_var / "outbox").mkdir()
    (own_var / "secrets.json").write_text("{}")

    assert main(["reset"]) == 0

    assert "The demo is empty" in capsys.readouterr().out
    assert database.look(somebody_s_server) is database.Found.NOTHING
    with psycopg.connect(somebody_s_server) as server:
        assert server.execute("SELECT 1 FROM pg_database WHERE datname = 'rollout'").fetchone() == (1,)
    assert {path.name for path in own_var.iterdir()} & {"demo.json", "files", "outbox", "secrets.json"} == {
        "secrets.json"
    }


def test_reset_without_a_demo_makes_no_database_just_to_drop_it(own_var, capsys):
    assert main(["reset"]) == 0

    assert "There was no demo to empty" in capsys.readouterr().out
    assert not postgres.exists(own_var / "postgres")


def test_reset_refuses_while_the_demo_runs(capsys):
    with demo._only_one():
        assert main(["reset"]) == 1

    assert "already running" in capsys.readouterr().err


def test_roles_of_closed_organisations_go_with_the_demo(cluster):
    url = cluster.admin_url()
    tell(
        url,
        "CREATE ROLE rollout_tenant NOLOGIN",
        "CREATE ROLE rollout_login LOGIN",
        "CREATE ROLE o_1234 NOLOGIN IN ROLE rollout_tenant",
    )

    database.drop_organisation_roles(url, "rollout")

    with psycopg.connect(url) as server:
        left = {row[0] for row in server.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^(rollout|o)_'")}
    assert left == {"rollout_tenant", "rollout_login"}
    tell(url, "DROP ROLE rollout_tenant", "DROP ROLE rollout_login")


def test_the_demo_is_never_loaded_into_somebody_s_real_database(somebody_s_server):
    tell(somebody_s_server, "CREATE DATABASE rollout_demo")

    with pytest.raises(StepFailed, match="not marked as a demo"):
        database.require_ours(somebody_s_server)


def test_a_port_in_use_is_one_sentence_and_a_way_on(monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DEMO_PORT", str(port))
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            assert main(["demo"]) == 1
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    said = capsys.readouterr().err
    assert f"Port {port} is already in use" in said
    assert f"DEMO_PORT={port + 1}" in said


@pytest.mark.parametrize("nonsense", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, nonsense):
    monkeypatch.setenv("DEMO_PORT", nonsense)

    with pytest.raises(StepFailed, match="which is no port"):
        environment.demo_port()


def test_pages_and_jobs_never_hold_the_owner_s_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:pw@db.example.org/postgres?sslmode=require")
    monkeypatch.setenv("PGPASSWORD", "pw")
    env = environment.for_demo("postgresql://boss:pw@db.example.org/postgres?sslmode=require")

    served = environment.for_serving(env)

    assert {name for name in served if name.startswith(("DATABASE_", "PG"))} == {
        "DATABASE_LOGIN_URL",
        "DATABASE_PLATFORM_URL",
    }
    assert "boss" not in " ".join(served.values())
    login = served["DATABASE_LOGIN_URL"]
    assert login.startswith("postgresql://rollout_login:")
    assert login.endswith("@db.example.org/rollout_demo?sslmode=require")
    assert environment.for_demo("postgresql://boss:pw@db.example.org/postgres?sslmode=require") == env


def test_what_ends_by_itself_is_started_again_until_it_has_done_so_too_often(own_var, monkeypatch, capsys):
    monkeypatch.setattr(demo.time, "sleep", lambda seconds: None)
    short = Child("short", [sys.executable, "-c", ""], os.environ)
    short.start()
    while not short.has_ended():
        pass

    assert demo.stand_up([short], None, 1) == 1
    assert "“short” ended and is started again" in capsys.readouterr().out
    while not short.has_ended():
        pass
    with pytest.raises(StepFailed, match="again and again"):
        demo.stand_up([short], None, 0)


def test_a_stopped_program_takes_its_whole_family_along(own_var):
    sleeper = "import time; print(1, flush=True); time.sleep(60)"
    family = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {sleeper!r}])"
    child = Child("family", [sys.executable, "-c", family], os.environ)
    child.start()
    until = time.monotonic() + 10
    while not child.log.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    assert child._process is not None
    group = child._process.pid

    stop_all([child])

    assert child.has_ended()

    def left():
        return [pid for pid, of in _groups().items() if of == group and not _is_zombie(pid)]

    while left() and time.monotonic() < until:  # the system takes a moment to take them away
        time.sleep(0.02)
    assert left() == []


def test_a_program_ends_when_the_workbench_is_killed(own_var):
    script = (
        "import os, sys, time; from rollout.workbench.processes import Child;"
        "child = Child('sleeper', [sys.executable, '-c', 'import time; time.sleep(60)'], os.environ); child.start();"
        "print(child._process.pid, flush=True); time.sleep(60)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, text=True) as workbench:
        assert workbench.stdout is not None
        child = int(workbench.stdout.readline())
        workbench.kill()

    until = time.monotonic() + 5
    while child in _groups() and not _is_zombie(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert child not in _groups() or _is_zombie(child)


def test_the_table_names_everybody_and_where_to_click():
    facts = {
        "url": "http://localhost:8000/",
        "outbox": "http://localhost:8000/outbox/",
        "board_pack": {"html": "http://north.localhost:8000/packs/1/", "pdf_path": "/srv/pack.pdf"},
        "organisations": [
            {
                "name": "North",
                "slug": "north",
                "kind": "care_organisation",
                "url": "http://north.localhost:8000/",
                "pairs": [],
                "people": [
                    {
                        "name": "A",
                        "email": "a@example.org",
                        "roles": ["rollout_lead"],
                        "pair": None,
                        "sign_in_url": "http://x/1",
                    },
                    {"name": "B", "email": "bb@example.org", "roles": [], "pair": None, "sign_in_url": "http://x/2"},
                ],
            }
        ],
    }

    lines = table(json.loads(json.dumps(facts))).splitlines()

    assert "North (care organisation)   http://north.localhost:8000/" in lines
    assert "  rollout lead  a@example.org   http://x/1" in lines
    assert "  member        bb@example.org  http://x/2" in lines
    assert "  as PDF       /srv/pack.pdf" in lines


def _groups() -> dict[int, int]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found[int(process.name)] = os.getpgid(int(process.name))
        except ProcessLookupError:
            continue
    return found


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
