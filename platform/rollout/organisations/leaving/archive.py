"""The file of a backup: parts, a manifest with a fingerprint of each, and a mark on the manifest made with a key.

It is a ZIP file. Everything about it is checked before anything in it is used; what is wrong is told in one sentence.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings

FORMAT = 1
MANIFEST = "manifest.json"
MARK = "manifest.hmac"
MANIFEST_BYTES = 16 * 1024 * 1024
BLOCK = 1024 * 1024

_PURPOSE = b"collaborative pairs: manifest of a backup"
_PLAIN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
_PART = re.compile(rf"tables/[a-z0-9_]{{1,63}}\.copy|accounts\.copy|organisation\.json|files(?:/{_PLAIN}){{1,8}}")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Refused(Exception):
    """This backup is not restored, or none is made. The one sentence says why."""


def keys() -> list[bytes]:
    """The keys of this installation's backups: the newest makes marks, all of them are accepted."""
    known: list[bytes] = settings.BACKUP_KEYS
    if not known or any(len(key) < 32 or len(set(key)) < 8 for key in known):
        raise Refused("BACKUP_KEY is missing or too weak: set 32 random bytes in hexadecimal.")
    return known


def _mark(manifest: bytes, key: bytes) -> str:
    return hmac.new(hashlib.blake2b(_PURPOSE, key=key[:64]).digest(), manifest, hashlib.sha256).hexdigest()


class Part:
    """One part that is being written, block by block."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha = hashlib.sha256()
        self.bytes = 0
        self.rows: int | None = None

    def write(self, block: bytes | memoryview) -> None:
        self._file.write(block)
        self._sha.update(block)
        self.bytes += len(block)

    def described(self) -> dict[str, Any]:
        """What the manifest says about it."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"bytes": self.bytes, "sha256": self._sha.hexdigest(), **rows}


class Writer:
    """A backup that is being made."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._parts: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._zip.close()

    @contextmanager
    def part(self, name: str) -> Iterator[Part]:
        """One more part. It never lies in memory as a whole."""
        if not _PART.fullmatch(name) or name in self._parts:
            raise ValueError(f"not a name for a part: {name!r}")
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            part = Part(file)
            yield part
        self._parts[name] = part.described()

    def seal(self, about: dict[str, Any]) -> None:
        """Close the file with its manifest and the mark on it."""
        said = {"format": FORMAT, "about": about, "parts": self._parts}
        manifest = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        self._zip.writestr(_entry(MANIFEST), manifest)
        self._zip.writestr(_entry(MARK), _mark(manifest, keys()[0]))
        self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = 1  # type: ignore[attr-defined]  # ZipFile.open() takes no level
    entry.external_attr = 0o600 << 16
    return entry


class Archive:
    """A backup in which everything is as its manifest says."""

    def __init__(self, bundle: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._zip = bundle
        self.about: dict[str, Any] = manifest["about"]
        self.parts: dict[str, dict[str, Any]] = manifest["parts"]

    def read(self, name: str) -> Iterator[bytes]:
        """A part, block by block. Raises Refused at its end when it is not what the manifest says."""
        sha, part = hashlib.sha256(), self.parts[name]
        try:
            with self._zip.open(name) as file:
                while block := file.read(BLOCK):
                    sha.update(block)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise Refused(_CHANGED) from None
        if sha.hexdigest() != part["sha256"]:
            raise Refused(_CHANGED)

    def small(self, name: str) -> bytes:
        """A part that fits into memory."""
        return b"".join(self.read(name))

    def tables(self) -> list[str]:
        """The names of the tables in it."""
        return sorted(name[7:-5] for name in self.parts if name.startswith("tables/"))

    def files(self) -> list[str]:
        """The organisation's files, by their place in its folder."""
        return sorted(name[6:] for name in self.parts if name.startswith("files/"))


_CUT = "This is not a whole backup: it was cut off, or is something else."
_CHANGED = "A part of this backup was changed."


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, once all of it was checked. Raises Refused."""
    accepted = keys()
    try:
        file = path.open("rb")
    except OSError:
        raise Refused("There is no file of that name that can be read.") from None
    with file:
        try:
            bundle = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise Refused(_CUT) from None
        with bundle:
            archive = Archive(bundle, _manifest_of(bundle, accepted))
            _compare(bundle, archive)
            for name in archive.parts:
                for _block in archive.read(name):
                    pass
            yield archive


def _manifest_of(bundle: zipfile.ZipFile, accepted: list[bytes]) -> dict[str, Any]:
    sizes = {entry.filename: entry.file_size for entry in bundle.infolist()}
    if len(sizes) != len(bundle.infolist()) or any(
        name not in (MANIFEST, MARK) and not _PART.fullmatch(name) for name in sizes
    ):
        raise Refused("This file holds a part whose name no backup has.")
    if MANIFEST not in sizes or MARK not in sizes:
        raise Refused("This backup has no manifest, or no mark on it.")
    if sizes[MANIFEST] > MANIFEST_BYTES or sizes[MARK] > 1024:
        raise Refused("The manifest of this backup is larger than any that we make.")
    try:
        manifest, mark = bundle.read(MANIFEST), bundle.read(MARK).decode("ascii", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise Refused(_CHANGED) from None
    if not any(hmac.compare_digest(_mark(manifest, key).encode(), mark.encode()) for key in accepted):
        raise Refused("The manifest was changed, or made with a key that is not in this installation's BACKUP_KEY.")
    said: dict[str, Any] = json.loads(manifest)
    if said.get("format") != FORMAT:
        raise Refused("This backup is written in another version of the format.")
    return said


def _compare(bundle: zipfile.ZipFile, archive: Archive) -> None:
    sizes = {entry.filename: entry.file_size for entry in bundle.infolist()}
    there = sizes.keys() - {MANIFEST, MARK}
    if archive.parts.keys() - there:
        raise Refused("A part of this backup is missing.")
    if there - archive.parts.keys():
        raise Refused("This backup holds a part that its manifest does not name.")
    if any(sizes[name] != part["bytes"] for name, part in archive.parts.items()):
        raise Refused("A part of this backup says that it has another size than the manifest says.")
