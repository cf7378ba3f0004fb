"""The test run, and everything that is checked before it."""

import json
import os
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rollout.workbench import environment, postgres, preparation
from rollout.workbench.places import PYTHON, ROOT, SOURCES, VENV, var_dir
from rollout.workbench.processes import run_in_foreground
from rollout.workbench.steps import Step, StepFailed, run

PREPARING = 6
PYTEST = (PYTHON, "-m", "pytest")
MADE_UP = "100"
"""How many requests are made up for each operation; the tests alone make do with fewer."""
BANDIT_LEVELS = ("--severity-level", "medium", "--confidence-level", "medium")


def test(arguments: Sequence[str], selected: Sequence[str]) -> int:
    """Set up what the tests need and run them; `selected` goes to pytest as it is."""
    steps = preparation.install(arguments, total=PREPARING, development=True)
    preparation.build(steps, testing=True)
    with steps.step("PostgreSQL for the tests") as step:
        cluster = _test_cluster()
        step.note("started" if cluster else "your server")
    return _in_cluster(cluster, _pytest(selected))


def check(arguments: Sequence[str], selected: Sequence[str]) -> int:
    """Everything that is checked about the code, then the tests."""
    checks = _checks()
    steps = preparation.install(arguments, total=PREPARING + len(checks) + 1, development=True)
    preparation.build(steps, testing=True)
    with steps.step("PostgreSQL for the tests") as step:
        cluster = _test_cluster()
        step.note("started" if cluster else "your server")
    try:
        env = environment.for_tests(_admin_url(cluster))
        for title, command, remedy in checks:
            with steps.step(title):
                log = f"check-{title.lower().replace(' ', '-')}.log"
                run(command, log=log, env=env, reason=f"“{title}” found something.", remedy=remedy)
        with steps.step("Known weaknesses") as step:
            _audit_packages(step)
    except BaseException:
        if cluster:
            cluster.stop()
        raise
    os.environ.setdefault("API_EXAMPLES", MADE_UP)
    return _in_cluster(cluster, _pytest(selected))


def bench(arguments: Sequence[str]) -> int:
    """Measure the tenancy on a database server of its own, with the safety of a real one."""
    steps = preparation.install(arguments, total=PREPARING, development=True)
    preparation.build(steps, testing=True)
    with steps.step("PostgreSQL for measuring") as step:
        cluster = None
        if not environment.real_server():
            cluster = postgres.start(var_dir() / "bench-postgres", keyring=environment.keyring())
        step.note("started" if cluster else "your server")
    return _in_cluster(cluster, [PYTHON, "-m", "benchmarks"])


def torture(arguments: Sequence[str]) -> int:
    """Kill workers, wipe the broker and crash the database while jobs run, then count what is there."""
    steps = preparation.install(arguments, total=PREPARING - 1, development=True)
    preparation.build(steps, testing=True)
    return _in_cluster(None, [PYTHON, "-m", "tests.torture"])


def in_test_cluster(command: Sequence[str], folder: Path | None = None) -> int:
    """Run any command with a throw-away database server beside it."""
    return _in_cluster(_test_cluster(folder), command)


def _checks() -> list[tuple[str, list[str | Path], str]]:
    tools = VENV / "bin"
    sources = [name for name in SOURCES if (ROOT / name).is_dir()]
    manage: list[str | Path] = [PYTHON, ROOT / "manage.py"]
    return [
        ("Lint", [tools / "ruff", "check", "."], "Correct the lines below; `ruff check --fix` mends the simple ones."),
        ("Format", [tools / "ruff", "format", "--check", "."], "Run: .venv/bin/ruff format ."),
        ("Types", [tools / "mypy", "manage.py", *sources], "Correct the lines below."),
        ("Templates", [tools / "djlint", "templates", "--lint", "--quiet"], "Correct the templates below."),
        ("Direction of imports", [tools / "lint-imports"], "Move the import or the code; see docs/architecture.md."),
        ("Migrations", [*manage, "makemigrations", "--check", "--dry-run"], "Run manage.py makemigrations."),
        ("System check", [*manage, "check", "--fail-level", "WARNING"], "Correct what is named below."),
        (
            "Weak code",
            [tools / "bandit", "-q", "-c", "pyproject.toml", *BANDIT_LEVELS, "-r", *sources],
            "Correct the lines below, or say beside the line why it is safe.",
        ),
    ]


def _audit_packages(step: Step) -> None:
    """Ask which pinned packages have a published weakness. Without an answer from the network this is skipped."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command: list[str | Path] = [
            *(str(PYTHON), "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"),
            *("--timeout", "10", "-f", "json", "-o", str(answer), "-r", "requirements/base.txt"),
        ]
        try:
            run(command, log="check-weaknesses.log", reason="A package has a known weakness.", remedy="Run make lock.")
        except StepFailed as failure:
            if found := _audited(answer):
                weak = [f"{package['name']} {package['version']}" for package in found if package["vulns"]]
                failure.details = "\n".join(weak) or failure.details
                raise
        if not _audited(answer):
            step.note("not asked")
            step.warn("Nobody could be asked about known weaknesses: the network does not answer.")


def _audited(answer: Path) -> list[dict[str, Any]]:
    """The packages about which somebody had an answer."""
    if not answer.exists():
        return []
    return [package for package in json.loads(answer.read_text())["dependencies"] if "vulns" in package]


def _test_cluster(folder: Path | None = None) -> postgres.Cluster | None:
    if environment.real_server():
        return None
    place = folder or var_dir() / "test-postgres"
    return postgres.start(place, fast=True, passing=folder is None, keyring=environment.keyring())


def _admin_url(cluster: postgres.Cluster | None) -> str:
    return cluster.admin_url() if cluster else environment.real_server() or ""


def _in_cluster(cluster: postgres.Cluster | None, command: Sequence[str | Path]) -> int:
    try:
        code = run_in_foreground(command, environment.for_tests(_admin_url(cluster)))
    finally:
        if cluster:
            cluster.stop()
    return code if code >= 0 else 128 - code


def _pytest(selected: Sequence[str]) -> list[str | Path]:
    workers = ["-n", os.environ.get("PYTEST_WORKERS", "2")]  # who does what: tests/sharing.py
    return [*PYTEST, *workers, *shlex.split(os.environ.get("PYTEST", "")), *selected]
