"""What must be true in the end: everything once, nothing lost, nothing besides."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections

from governance.boardpacks.snapshots import sha_of
from governance.boardpacks.tasks import MAKE, PACK_READY
from rollout.audit import queries as platform_audit
from rollout.jobs.sweeping import tidy_files
from rollout.kernel.files import ABANDONED_AFTER_SECONDS
from rollout.kernel.tenancy import in_organisation
from tenants.audit import queries as audit
from tenants.members.tasks import MAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.organisations.models import Organisation
    from tests.torture.ground import Ground
    from tests.torture.sizes import Sizes

_MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE | re.IGNORECASE)


def faults(ground: Ground, sizes: Sizes) -> list[str]:
    """Everything that is not as it must be, in words. None is a pass."""
    connections.close_all()  # from before the crashes
    return [*_of_jobs(ground, sizes), *_of_packs(ground, sizes), *_of_letters(ground, sizes), *_of_chains(ground)]


def _of_jobs(ground: Ground, sizes: Sizes) -> Iterator[str]:
    rows = ground.look("SELECT kind, state, count(*) AS n FROM jobs_job GROUP BY kind, state")
    counted = {(row["kind"], row["state"]): row["n"] for row in rows if row["kind"] in (MAKE, MAIL)}
    wanted = {(MAKE, "done"): sizes.jobs, (MAIL, "done"): sizes.letters}
    yield from _differs("jobs", counted, {key: n for key, n in wanted.items() if n})
    for row in ground.look("SELECT * FROM jobs_job WHERE state <> 'done'"):
        found = f"{row['state']} after {row['attempt']} attempts, {row['error'] or 'silent'}"
        yield f"job {row['id']} ({row['kind']}) is {found}"


def _of_packs(ground: Ground, sizes: Sizes) -> Iterator[str]:
    """Each pack issued once, its readers told once, its file there and nothing else beside it."""
    jobs = {row["id"]: row for row in ground.look("SELECT * FROM jobs_job WHERE kind = %s", MAKE)}
    readers = ground.readers()
    files: set[str] = set()
    packs = 0
    for organisation in _organisations(ground):
        schema = organisation.schema_name
        issued = _count(ground, schema, "SELECT subject_id AS key FROM audit_event WHERE action = 'pack.issued'")
        told = Counter(
            (row["job_id"], row["recipient_id"], row["capacity"])
            for row in ground.look("SELECT * FROM members_notice WHERE kind = %s", PACK_READY, schema=schema)
        )
        expected: Counter[Any] = Counter()
        for pack in ground.look("SELECT * FROM boardpacks_boardpack", schema=schema):
            packs += 1
            job = jobs.pop(pack["job_id"], None)
            expected.update({(pack["job_id"], who, hat): 1 for who, hat in readers[pack["body_id"]]})
            path = f"{schema}/{pack['pdf_path']}"  # a pack names its file within its organisation's folder
            files.add(path)
            yield from _of_pack(pack, path, job, issued.pop(pack["id"], 0))
        yield from _differs(f"notices of {organisation.slug}", dict(told), dict(expected))
        yield from (f"{n} packs were issued that nobody asked for" for n in issued.values())
    yield from _differs("packs", packs, sizes.jobs)
    yield from (f"job {job} has no pack" for job in jobs)
    yield from _differs("files", _files_after_tidying(), files)


def _of_pack(pack: dict[str, Any], name_of_file: str, job: dict[str, Any] | None, issued: int) -> Iterator[str]:
    name = f"pack {pack['id']}"
    if pack["state"] != "ready" or issued != 1:
        yield f"{name} is {pack['state']} and was issued {issued} times"
        return
    path = Path(settings.FILES_DIR, name_of_file)
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    said = {found, pack["pdf_sha"], job["result_sha"] if job else "no job"}
    if len(said) != 1:
        yield f"{name}: its file, its row and its job have different hashes: {sorted(said)}"
    if job and job["result_path"] != name_of_file:
        yield f"{name} names another file than its job"
    if sha_of(pack["snapshot"]) != pack["snapshot_sha"]:
        yield f"{name}: what it says has another hash"


def _files_after_tidying() -> set[str]:
    """The files an hour later, when what killed attempts left has been removed."""
    root = Path(settings.FILES_DIR)
    old = time.time() - ABANDONED_AFTER_SECONDS - 60
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    tidy_files()
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def _of_letters(ground: Ground, sizes: Sizes) -> Iterator[str]:
    """A letter may come twice, but then both have the same number: to its reader it is one."""
    jobs = {str(row["id"]) for row in ground.look("SELECT id FROM jobs_job WHERE kind = %s", MAIL)}
    yield from _differs("letters", set(letters()), jobs)


def letters() -> Counter[str]:
    """How often each letter went out, by its number."""
    folder = Path(settings.EMAIL_FILE_PATH)
    found = (number for path in folder.glob("*") for number in _MESSAGE_ID.findall(path.read_bytes()))
    return Counter(number.decode() for number in found)


def _of_chains(ground: Ground) -> Iterator[str]:
    if not (verdict := platform_audit.verdict()).sound:
        yield f"the platform's chain: {verdict.problem} at {verdict.first_bad}"
    for organisation in _organisations(ground):
        with in_organisation(organisation.place()):
            found = audit.verdict()
        if not found.sound:
            yield f"the chains of {organisation.slug}: {found.problem} at {found.first_bad}"


def _organisations(ground: Ground) -> list[Organisation]:
    return list({board.organisation.pk: board.organisation for board in ground.boards}.values())


def _count(ground: Ground, schema: str, statement: str) -> Counter[Any]:
    return Counter(row["key"] for row in ground.look(statement, schema=schema))


def _differs(what: str, found: Any, wanted: Any) -> Iterator[str]:
    if found == wanted:
        return
    if isinstance(found, set):
        yield f"{what}: {len(found - wanted)} too many, {len(wanted - found)} missing"
    elif isinstance(found, dict):
        odd = {key for key in {*found, *wanted} if found.get(key, 0) != wanted.get(key, 0)}
        yield f"{what}: {len(odd)} of {len(wanted)} are not as often there as they should"
    else:
        yield f"{what}: {found} instead of {wanted}"
