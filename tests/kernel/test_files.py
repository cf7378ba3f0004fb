"""Files that are there whole or not at all, and tables that run nothing when opened."""

from __future__ import annotations

import csv
import io
import os
import stat
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from rollout.kernel.files import csv_safe, store

STARTERS = "=+-@＝＋－＠"
DANGEROUS = st.text(alphabet=st.sampled_from([*STARTERS, *"\t\r\n ;,|\"'aé1\u200b\ufeff"]), max_size=12)


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Storing


def test_a_stored_file_is_there_whole_with_its_fingerprint(tmp_path):
    stored = store(tmp_path / "packs" / "north", "pack.pdf", b"%PDF")

    assert stored.path == tmp_path / "packs" / "north" / "pack.pdf"
    assert stored.path.read_bytes() == b"%PDF"
    assert stored.sha256 == sha256(b"%PDF").hexdigest()
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(stored.path.parent.stat().st_mode) == 0o700
    assert names(stored.path.parent) == ["pack.pdf"]


def test_storing_again_replaces_in_one_step_and_open_readers_keep_the_old(tmp_path):
    first = store(tmp_path, "pack.pdf", b"old")
    with first.path.open("rb") as reader:
        store(tmp_path, "pack.pdf", b"new and longer")
        assert reader.read() == b"old"

    assert first.path.read_bytes() == b"new and longer"


@pytest.mark.parametrize(("place", "step"), [(os, "fsync"), (Path, "replace")], ids=["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch, place, step):
    store(tmp_path, "pack.pdf", b"old")

    def disk_full(*_arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(place, step, disk_full)
    with pytest.raises(OSError, match="no space left"):
        store(tmp_path, "pack.pdf", b"new")

    assert names(tmp_path) == ["pack.pdf"]
    assert (tmp_path / "pack.pdf").read_bytes() == b"old"


def test_the_content_is_on_the_disk_before_the_name_and_the_name_before_the_return(tmp_path, monkeypatch):
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> Path:
        steps.append("name")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    store(tmp_path, "pack.pdf", b"x")

    assert steps == ["content", "name", "folder"]


def test_what_a_killed_process_left_is_removed_after_an_hour(tmp_path):
    old, young, other = (tmp_path / f".{name}.part" for name in ("pack.pdf.aa", "pack.pdf.bb", "else.pdf.cc"))
    for draft in (old, young, other):
        draft.write_bytes(b"half")
    for draft in (old, other):
        os.utime(draft, (1, 1))

    store(tmp_path, "pack.pdf", b"whole")

    assert names(tmp_path) == [other.name, young.name, "pack.pdf"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a\0b", "a\nb", "x" * 201])
def test_a_name_is_a_plain_name(tmp_path, name):
    with pytest.raises(ValueError, match="plain name"):
        store(tmp_path, name, b"x")

    assert names(tmp_path) == []


# Tables for spreadsheets


def test_numbers_stay_numbers_and_rows_end_as_the_standard_says():
    content = csv_safe(
        [
            ["pair", "change", "money", "rate", "shown", "on", "at"],
            ["A", -7, Decimal("-12.50"), 0.5, True, date(2026, 3, 27), datetime(2026, 3, 27, 9, tzinfo=UTC)],
            ['say "yes", then', None, 0, 1e3, False, None, "two\nlines"],
        ]
    )

    assert content.decode("utf-8-sig") == (
        "pair,change,money,rate,shown,on,at\r\n"
        "A,-7,-12.50,0.5,true,2026-03-27,2026-03-27T09:00:00+00:00\r\n"
        '"say ""yes"", then",,0,1000.0,false,,"two\nlines"\r\n'
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+44 20", "'+44 20"),
        ("-7", "'-7"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t'=1"),
        ("\rx", "'\rx"),
        ('"=1', "\"'=1"),
        ("  =1", "  '=1"),
        ("x;=1", "x;'=1"),
        ("x\n=1", "x\n'=1"),
        ("a-b = c@d", "a-b = c@d"),
        ("'=1", "'=1"),
        ("", ""),
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(typed, written):
    assert read(csv_safe([["x", typed]])) == [["x", written]]


@given(st.lists(st.lists(DANGEROUS | st.text(max_size=8), min_size=1, max_size=3), max_size=3))
def test_no_typed_text_becomes_a_formula(rows):
    content = csv_safe(rows)
    sheet = Workbook().active

    for delimiter in ",;\t":
        for row in read(content, delimiter):
            for cell in row:
                assert cell.strip('"\t\r\n \u200b\ufeff')[:1] not in set(STARTERS)
    for row in read(content):
        for cell in row:
            printable = "".join(letter for letter in cell if letter.isprintable())
            assert sheet.cell(row=1, column=1, value=printable).data_type != "f"


def test_accents_survive_and_broken_letters_do_not_stop_the_file():
    assert read(csv_safe([["Élise Ŵyn", "a\x00b", "lone \ud800"]])) == [["Élise Ŵyn", "ab", "lone ?"]]
