"""Files that must be there whole or not at all, and tables that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings

from rollout.kernel.tenancy import here

Cell = str | int | float | Decimal | bool | date | None

ABANDONED_AFTER_SECONDS = 3600

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")

# Spreadsheets start a formula at these characters, also in their full-width forms, and also behind
# blanks and quotes. Where semicolon or tab separates cells, one cell of ours is read as several.
_BLANK = r"[\s;\"\u200b-\u200f\u2060\ufeff]"
_BEFORE_FORMULA = re.compile(rf"(?<!{_BLANK}){_BLANK}*+(?=[=+\-@＝＋－＠])")
_CELL_ENDS = frozenset(";\t\r\n")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies and the fingerprint of its content."""

    path: Path
    sha256: str


def home() -> Path:
    """The folder of the organisation we are in. Its tables name files by their place in it, so that both can move."""
    return Path(settings.FILES_DIR, here().schema)


def store(folder: Path, name: str, content: bytes) -> StoredFile:
    """Put a file in its place in one step: readers see the old file, or the new one, never half of it.

    After return it survives a power cut. What a killed process left behind under the same name is
    removed when it is an hour old.
    """
    with drafted(folder, name) as file:
        file.write(content)
    return StoredFile(path=folder / name, sha256=sha256(content).hexdigest())


@contextmanager
def drafted(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """A file to write into, block by block, that takes its place at the end like one of `store`; else it is gone."""
    if not _FILE_NAME.fullmatch(name):
        raise ValueError("a stored file needs a plain name")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_abandoned(folder, name)
    draft = folder / f".{name}.{secrets.token_hex(8)}.part"
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _remove_abandoned(folder: Path, name: str) -> None:
    limit = time.time() - ABANDONED_AFTER_SECONDS
    for draft in folder.glob(f".{name}.*.part"):
        try:
            if draft.lstat().st_mtime < limit:
                draft.unlink()
        except FileNotFoundError:
            continue  # another process finished or removed it


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def csv_safe(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV (RFC 4180, UTF-8 with its mark, so that spreadsheets show accents right).

    Numbers stay numbers. Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Cell) -> str | int | float | Decimal | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # a moment is a date as well
        return value.isoformat()
    if isinstance(value, str):
        text = _BEFORE_FORMULA.sub(_disarmed, value.replace("\x00", ""))
        return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text
    return value


def _disarmed(found: re.Match[str]) -> str:
    starts_cell = found.start() == 0 or not _CELL_ENDS.isdisjoint(found[0])
    return f"{found[0]}'" if starts_cell else found[0]
