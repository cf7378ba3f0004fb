"""The folders are the architecture: what must never appear in them, and what every app must declare."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / name for name in ("platform", "tenants", "governance", "api")]
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "signals"}
APP_FOLDERS = [ROOT / "platform" / "rollout", ROOT / "tenants", ROOT / "governance"]
NOT_APPS = {"config", "kernel", "workbench", "network", "demo"}
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".in",
    ".json",
    ".scss",
    ".css",
    ".mjs",
    ".po",
    ".cfg",
    ".yml",
    ".yaml",
    "",
}

# Written in pieces, so that this file does not contain what it forbids.
WORDS = {
    "work left for later": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me)/\w"),
    "a package registry's host": re.compile(r"(?:pyp" + r"i\.org|python" + r"hosted\.org|registry\.npm" + r"js\.org)"),
    "a mark of an experiment": re.compile(r"\[ru" + r"n\]"),
    "a page number of a plan": re.compile(
        r"\b[ACRS]\d{2}\b(?!-)|\bS" + r"0\b|\b(?:prom" + r"ise \d|pa" + r"rt \d+\.\d)"
    ),
    "a word for something else": re.compile(r"\bse" + r"ed(?:s|ed)?\b", re.IGNORECASE),
}


def committed() -> list[Path]:
    """Every file that is committed or about to be: what git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [path for top in SOURCES for path in top.rglob("*")]
    return [path for path in files if path.is_file()]


def modules() -> list[Path]:
    return [path for top in SOURCES for path in sorted(top.rglob("*.py"))]


def apps() -> list[str]:
    found = [
        f"{folder.name}.{app.name}"
        for folder in APP_FOLDERS
        for app in folder.iterdir()
        if (app / "__init__.py").exists() and app.name not in NOT_APPS
    ]
    return sorted(found)


def test_platform_is_no_package():
    """As one it would shadow the standard library's `platform`, which pytest, Celery and psycopg import."""
    assert not (ROOT / "platform" / "__init__.py").exists()

    import platform

    assert platform.python_version_tuple()[0] == "3"


def test_no_module_is_a_drawer():
    assert [path for path in modules() if {path.stem, *path.relative_to(ROOT).parts} & DRAWERS] == []


def test_modules_stay_short():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > 400 and "/migrations/" not in name} == {}


@pytest.mark.parametrize("what", WORDS)
def test_nothing_committed_contains(what):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group()}"
        for path in committed()
        if path.suffix in TEXT and path.name not in ("package-lock.json",)
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), start=1)
        if (match := WORDS[what].search(line))
    ]
    assert found == []


def test_no_test_is_skipped():
    marks = re.compile(r"pytest\.(?:mark\.)?(?:sk" + r"ip|xf" + r"ail|importor" + r"skip)")
    assert [path for path in (ROOT / "tests").rglob("*.py") if marks.search(path.read_text())] == []


def test_every_app_is_under_the_contract_of_its_inside():
    """A new app is checked from its first day: it stands in pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (inside,) = [contract for contract in contracts if contract["id"] == "inside"]

    assert sorted(inside["containers"]) == apps()


def test_nobody_saves_behind_the_back_of_an_action():
    """No `save()` overrides, no signals: what happens is written where it happens."""
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and path.stem == "models":
                found += [f"{path}:{item.lineno}" for item in node.body if getattr(item, "name", "") == "save"]
            if isinstance(node, ast.ImportFrom) and node.module in ("django.db.models.signals", "django.dispatch"):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_templates_carry_no_inline_style_script_or_handler():
    inline = re.compile(r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if path.name != "email.html"  # mail programs know no style sheets, and no page of ours shows a mail as HTML
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if inline.search(line)
    ]
    assert found == []
