"""A backup that is not what it was is refused before anything is written, each time with one sentence."""

from __future__ import annotations

import json
import struct
import zipfile

import pytest
from django.test import override_settings

from rollout.organisations.leaving import archive
from rollout.organisations.leaving.archive import MANIFEST, MARK, Refused, Writer

TABLE = "tables/pairs_pair.copy"


@pytest.fixture
def backup(tmp_path):
    """A small backup that is in order."""
    path = tmp_path / "moor.zip"
    with path.open("wb") as file, Writer(file) as writer:
        for name, content in ((TABLE, b"a pair\n" * 500), ("accounts.copy", b"x\n"), ("files/packs/a.pdf", b"%PDF")):
            with writer.part(name) as part:
                part.write(content)
                part.rows = content.count(b"\n")
        writer.seal({"state": "s", "organisation": "o"})
    with archive.opened(path):
        pass
    return path


def rewritten(path, *, leave_out=(), add=(), **changed):
    """The same file, with some parts changed, left out or added."""
    with zipfile.ZipFile(path) as bundle:
        parts = [(name, bundle.read(name)) for name in bundle.namelist() if name not in leave_out]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in [*parts, *add]:
            bundle.writestr(name, changed.get(name.split(".")[0].split("/")[-1], lambda same: same)(content))


def signed_again(path, change):
    """What somebody with the key could have made."""
    with zipfile.ZipFile(path) as bundle:
        said = json.loads(bundle.read(MANIFEST))
    change(said)
    manifest = json.dumps(said).encode()
    mark = archive._mark(manifest, archive.keys()[0]).encode()
    rewritten(path, leave_out=(MANIFEST, MARK), add=((MANIFEST, manifest), (MARK, mark)))


def refused(path, words):
    with pytest.raises(Refused, match=words) as problem, archive.opened(path):
        pytest.fail("it was opened")
    assert str(problem.value).count(".") == 1


def test_a_changed_byte_in_a_table(backup):
    rewritten(backup, pairs_pair=lambda content: content.replace(b"a", b"b", 1))
    refused(backup, "A part of this backup was changed")


def test_a_changed_byte_on_the_disk(backup):
    content = bytearray(backup.read_bytes())
    content[30 + sum(struct.unpack("<HH", content[26:30])) + 3] ^= 1  # in the first part, behind its header
    backup.write_bytes(content)
    refused(backup, "changed")


def test_every_single_byte_of_a_part_counts(backup):
    """Flip each byte of the file in turn: it is refused, or nothing that is used has changed."""
    whole = backup.read_bytes()
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 0x20
        backup.write_bytes(content)
        try:
            with archive.opened(backup) as opened:
                assert opened.small(TABLE) == b"a pair\n" * 500
                assert opened.about == {"state": "s", "organisation": "o"}
        except Refused:
            continue


def test_a_changed_manifest(backup):
    rewritten(backup, manifest=lambda content: content.replace(b'"rows":500', b'"rows":501'))
    refused(backup, "manifest was changed")


def test_a_manifest_made_with_another_key(backup):
    with override_settings(BACKUP_KEYS=[bytes(range(32))]):
        refused(backup, "not in this installation's BACKUP_KEY")
    with override_settings(BACKUP_KEYS=[bytes(range(32)), *archive.keys()]), archive.opened(backup):
        pass


@pytest.mark.parametrize("name", [MANIFEST, MARK])
def test_no_manifest_or_no_mark(backup, name):
    rewritten(backup, leave_out=(name,))
    refused(backup, "no manifest")


def test_a_part_that_is_missing(backup):
    rewritten(backup, leave_out=(TABLE,))
    refused(backup, "A part of this backup is missing")


def test_a_part_too_many(backup):
    rewritten(backup, add=(("tables/pairs_seat.copy", b"me too\n"),))
    refused(backup, "its manifest does not name")


@pytest.mark.parametrize("left", [0, 10, 0.5, -1, -30])
def test_a_file_that_was_cut_off(backup, left):
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * left) if isinstance(left, float) else left])
    refused(backup, "not a whole backup")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "files/../../passwd",
        "files/./a",
        "files//a",
        "files/a\\..\\b",
        "files/.hidden",
        "tables/Pairs.copy",
        "tables/a;b.copy",
        "files/",
        "anything",
    ],
)
def test_a_name_that_leads_elsewhere(backup, name):
    rewritten(backup, add=((name, b"x"),))
    refused(backup, "whose name no backup has")


def test_the_same_name_twice(backup):
    with zipfile.ZipFile(backup, "a") as bundle, pytest.warns(UserWarning, match="Duplicate"):
        bundle.writestr(TABLE, b"another")
    refused(backup, "whose name no backup has")


def test_another_version_of_the_format(backup):
    signed_again(backup, lambda said: said.update(format=2))
    refused(backup, "another version of the format")


def test_a_size_that_is_not_the_manifests(backup):
    signed_again(backup, lambda said: said["parts"][TABLE].update(bytes=7))
    refused(backup, "another size")


def test_a_part_that_says_it_is_huge(backup):
    """The directory of the file claims four gigabytes; nobody tries to read them."""
    content = bytearray(backup.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 0xFFFFFFF0)
    backup.write_bytes(content)
    refused(backup, "another size|changed|whole")


def test_a_part_that_unfolds_into_much_more_than_it_says(backup):
    with zipfile.ZipFile(backup) as bundle:
        said = json.loads(bundle.read(MANIFEST))["parts"][TABLE]["bytes"]
    rewritten(backup, pairs_pair=lambda content: b"\0" * 50_000_000)
    content = bytearray(backup.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", said)
    backup.write_bytes(content)
    refused(backup, "changed")


def test_a_manifest_that_is_too_large(backup, monkeypatch):
    monkeypatch.setattr(archive, "MANIFEST_BYTES", 10)
    refused(backup, "larger than any")


def test_something_else_entirely(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PGDMP" * 1000)
    refused(tmp_path / "x.zip", "not a whole backup")


def test_what_changes_between_the_check_and_the_use_is_noticed(backup):
    with archive.opened(backup) as opened:
        opened.parts[TABLE]["sha256"] = "0" * 64
        with pytest.raises(Refused, match="changed"):
            opened.small(TABLE)


def test_a_name_that_no_backup_has_cannot_be_written(tmp_path):
    with (tmp_path / "x").open("wb") as file, Writer(file) as writer:  # noqa: SIM117
        with pytest.raises(ValueError, match="not a name"), writer.part("../x"):
            pass
