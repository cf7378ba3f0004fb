"""What the documents and the container files name is there: links, paths, commands, variables, secrets."""

from __future__ import annotations

import fnmatch
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.architecture.test_layout import ROOT, committed

DOCUMENTS = sorted(path for path in committed() if path.suffix == ".md")
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives weighed"]
ABOUT_RUNNING = (ROOT / "docs" / "running.md").read_text()

# Made on each machine, so a fresh copy of the repository does not have them.
MADE = ("var", "var/*", "theme/built", ".venv/*", "docker/secrets/*", "docker/certificates/*.pem", ".env")

SETTINGS = [ROOT / "platform/rollout/config/settings" / f"{name}.py" for name in ("base", "production")]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def prose(path: Path) -> str:
    """A document without its code blocks."""
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """What one can link to in a document: its headings, as they are shown."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_there(name: str) -> bool:
    made = any(fnmatch.fnmatch(name.rstrip("/"), pattern) for pattern in MADE)
    return made or (ROOT / name).exists() or bool(list(ROOT.glob(name)))


# Documents


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_links_lead_somewhere(document):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if target.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        there = (document.parent / file).resolve() if file else document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_paths_that_are_named_exist(document):
    top = {path.name for path in ROOT.iterdir()}
    spoken = {word for span in re.findall(r"`([^`]+)`", prose(document)) for word in span.split()}
    paths = {word for word in spoken if re.fullmatch(r"[\w.*-]+(?:/[\w.*-]+)*/?", word)}
    ours = {path for path in paths if "/" in path and path.split("/")[0] in top}
    assert sorted(path for path in ours if not is_there(path)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_commands_that_are_named_exist(document):
    text = document.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    # In prose `make` is a verb; as a command it stands in code.
    code = re.findall(r"`([^`]+)`", prose(document)) + re.findall(r"^ *make .*$", text, re.MULTILINE)
    assert {target for span in code for target in re.findall(r"\bmake ([a-z-]+)", span)} - targets == set()
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands()) == set()


def test_every_variable_of_the_settings_is_explained():
    read = {name for file in SETTINGS for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"', file.read_text())}
    assert read - set(re.findall(r"`([A-Z_]+)`", ABOUT_RUNNING)) == set()


def test_decisions_are_numbered_listed_and_short():
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        lines = path.read_text().splitlines()
        assert path.name in index
        assert lines[0].startswith(f"# {path.name[:4]}. ")
        assert [line[3:] for line in lines if line.startswith("## ")] == PARTS, path.name
        assert len(lines) < 60, path.name


# Containers


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def named(value: Any) -> set[str]:
    """The names in a part that may be a list, a mapping or nothing."""
    return set(value or ())


@pytest.fixture(scope="module")
def several_servers(compose) -> dict[str, Any]:
    """Both files, one laid over the other as Compose does it."""
    return laid_over(compose, yaml.safe_load((ROOT / "docker-compose.citus.yml").read_text()))


def laid_over(below: Any, above: Any) -> Any:
    """Mappings are joined, of anything else the upper one counts."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {name: laid_over(below.get(name), part) for name, part in above.items()}


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.citus.yml"])
def test_a_file_for_containers_is_what_the_specification_allows(name):
    validator = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "--no-cache", ROOT / name]
    found = subprocess.run([Path(sys.executable).parent / validator[0], *validator[1:]], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("files", ["compose", "several_servers"])
def test_what_a_service_names_is_defined(files, request):
    compose = request.getfixturevalue(files)
    services = compose["services"]
    for name, service in services.items():
        assert named(service.get("networks")) <= named(compose["networks"]), name
        assert named(service.get("secrets")) <= named(compose["secrets"]), name
        assert named(service.get("depends_on")) <= named(services), name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"], volume


@pytest.mark.parametrize("files", ["compose", "several_servers"])
def test_no_part_of_the_containers_is_left_over(files, request):
    compose = request.getfixturevalue(files)
    services = compose["services"].values()
    for part in ("secrets", "networks"):
        assert set().union(*(named(service.get(part)) for service in services)) == named(compose[part])
    mounted = {volume.split(":")[0] for service in services for volume in service.get("volumes", ())}
    assert {name for name in mounted if not name.startswith(".")} == named(compose["volumes"])


def test_the_owners_address_is_with_the_one_shot_alone(compose):
    for kind in ("admin", "owner"):
        secret, variable = f"database_{kind}_url", f"DATABASE_{kind.upper()}_URL"
        services = compose["services"].items()
        assert [name for name, service in services if secret in named(service.get("secrets"))] == ["prepare"]
        holders = [name for name, service in services if any(variable in key for key in service.get("environment", ()))]
        assert holders == ["prepare"]
    assert compose["services"]["prepare"]["restart"] == "no"


def test_every_secret_is_made_and_every_variable_of_a_file_is_opened(compose):
    made = set(re.findall(r"^keep (\w+)", (ROOT / "docker/make-secrets").read_text(), re.MULTILINE))
    assert {Path(secret["file"]).name for secret in compose["secrets"].values()} == made
    opened = set(re.findall(r"\b([A-Z_]{5,})\b", (ROOT / "docker/entrypoint").read_text()))
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"], (name, variable)
                if service.get("image") == "collaborative-pairs":
                    assert variable.removesuffix("_FILE") in opened, variable


def test_every_lasting_service_says_how_it_is_and_one_door_is_open(compose):
    services = compose["services"]
    lasting = {name for name, service in services.items() if service["restart"] != "no"}
    assert {name for name, service in services.items() if "healthcheck" in service} == lasting
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["data"]["internal"] is True
    assert named(services["database"]["networks"]) == {"data"}


def test_with_several_servers_they_are_all_of_one_kind_and_out_of_reach(several_servers):
    services = several_servers["services"]
    servers = [service for name, service in services.items() if name.startswith("database")]
    assert len(servers) == 3
    assert len({service["image"] for service in servers}) == 1
    assert all(service["command"] == servers[0]["command"] for service in servers)
    assert "--log_min_error_statement=panic" in servers[0]["command"]
    assert all(named(service["networks"]) == {"data"} and "ports" not in service for service in servers)
    assert named(services["prepare"]["depends_on"]) == {"database", "cluster"}


def test_the_image_takes_what_is_there_and_runs_without_rights():
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    stages = text.split("\nFROM ")
    last = stages[-1]
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        assert [source for source in shlex.split(line)[:-1] if not is_there(source)] == []
    assert re.search(r"^USER rollout$", last, re.MULTILINE)
    assert last.index("USER rollout") < last.index("ENTRYPOINT")
    assert not re.search(r"\b(?:gcc|build-essential|git|curl|npm|make)\b", last)
    assert "pip uninstall" in last


def test_the_image_is_built_with_the_python_that_the_project_asks_for():
    images = re.findall(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(images) == {re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text()).group(1)}
