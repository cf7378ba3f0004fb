"""The count itself: after a quiet run it finds nothing, and whatever is then spoiled it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings

from rollout.jobs import work
from rollout.organisations.models import Organisation
from tests import world_governance
from tests.torture import sizes, verdict
from tests.torture.ground import Ground, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = replace(sizes.asked(), jobs=1, letters=1)


@pytest.fixture
def quiet(committed: str, settings: Any, tmp_path: Path) -> Iterator[tuple[Ground, psycopg.Connection]]:
    """One pack and one letter, made without any disturbance; and every right on what came of it."""
    settings.FILES_DIR = tmp_path / "files"
    settings.EMAIL_FILE_PATH = tmp_path / "letters"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    address = settings.DATABASE_ADMIN_URL.rsplit("/", 1)[0]
    server: Any = SimpleNamespace(admin_url=lambda database: f"{address}/{database}")
    north = Organisation.objects.get(slug="north")
    ground = Ground(server, committed, [world_governance.board(north)])
    ask(ground, SIZES)
    work.run_until_empty()
    with psycopg.connect(f"{address}/{committed}", autocommit=True) as admin:
        admin.execute(f"SET search_path TO {north.schema_name}, public; SET session_replication_role TO replica")
        yield ground, admin


def the_file() -> Path:
    (found,) = Path(settings.FILES_DIR).rglob("*.pdf")
    return found


SPOILED = {
    "SELECT 1": [],
    "DELETE FROM members_notice WHERE kind = 'pack_ready' AND capacity = 'sponsor'": ["notices of north: 1 of 4"],
    "INSERT INTO members_notice SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(),"
    " 'recipient_id', gen_random_uuid()))).* FROM members_notice n WHERE capacity = 'sponsor'": [
        "notices of north: 1 of 4"
    ],
    'UPDATE boardpacks_boardpack SET snapshot = snapshot || \'{"board": "Another"}\'': ["has another hash"],
    "UPDATE boardpacks_boardpack SET state = 'making', ready_at = NULL": ["is making and was issued 1 times"],
    "UPDATE jobs_job SET state = 'queued' WHERE kind = 'boardpacks.make'": ["jobs: 2 of 2", "is queued after 1"],
    "INSERT INTO audit_event SELECT (jsonb_populate_record(e,"
    " jsonb_build_object('id', gen_random_uuid(), 'seq', 99))).* FROM audit_event e WHERE action = 'pack.issued'": [
        "is ready and was issued 2 times",
        "the chains of north",
    ],
}


@pytest.mark.parametrize("statement", SPOILED)
def test_what_is_spoiled_is_named(quiet, statement):
    ground, admin = quiet
    admin.execute(statement)
    found = verdict.faults(ground, SIZES)
    assert len(found) == len(SPOILED[statement]), found
    for fault, words in zip(found, SPOILED[statement], strict=True):
        assert words in fault


def test_a_lost_a_changed_and_a_stray_file_and_a_lost_letter_are_named(quiet):
    ground, _ = quiet
    paper = the_file()
    content = paper.read_bytes()
    paper.write_bytes(content + b" ")
    assert ["different hashes" in fault for fault in verdict.faults(ground, SIZES)] == [True]
    paper.write_bytes(content)
    stray = paper.with_name("stray.pdf")
    stray.write_bytes(b"nobody's")
    assert verdict.faults(ground, SIZES) == ["files: 1 too many, 0 missing"]
    stray.unlink()
    paper.unlink()
    assert verdict.faults(ground, SIZES)[-1] == "files: 0 too many, 1 missing"
    paper.write_bytes(content)
    for letter in Path(settings.EMAIL_FILE_PATH).iterdir():
        letter.unlink()
    assert verdict.faults(ground, SIZES) == ["letters: 0 too many, 1 missing"]
