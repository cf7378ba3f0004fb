"""From an uploaded file to its rows of text, whichever program wrote it."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from tenants.roster.parsing.filled import Row, filled
from tenants.roster.parsing.headings import recognised
from tenants.roster.parsing.report import Unreadable, problem
from tenants.roster.parsing.workbooks import rows_of_workbook

MAX_FILE_BYTES = 5 * 1024 * 1024

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
WORKBOOK_SUFFIX = ".xlsx"
SEPARATORS = (",", ";", "\t")

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_NOT_TEXT = (_ZIP, _OLD_OFFICE, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf", b"7z\xbc\xaf")
_MARKUP = ("<!doctype", "<html", "<?xml", "<svg")


def rows_of(name: str, content: bytes) -> list[Row]:
    """The rows that hold something, each with its number in the spreadsheet; the first is the heading row."""
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(
            problem("file_too_large", _("The file is larger than 5 MB. Split the roster into several files."))
        )
    rows = _rows_by_type(name, content)
    if not rows:
        raise Unreadable(
            problem("file_empty", _("The file is empty. Choose the file again, or start from the template."))
        )
    return rows


def _rows_by_type(name: str, content: bytes) -> list[Row]:
    suffix = PurePosixPath(name.strip().lower()).suffix
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            problem(
                "old_workbook",
                _(
                    "This is an old Excel workbook, or one with a password. "
                    "Save it as .xlsx without a password, or as CSV."
                ),
            )
        )
    if not content.strip():
        return []
    if suffix == WORKBOOK_SUFFIX and content.startswith(_ZIP):
        return rows_of_workbook(content)
    if suffix in TEXT_SUFFIXES and not content.startswith(_NOT_TEXT):
        return filled(_rows_of_text(_decoded(content)))
    raise _wrong_type(name)


def _wrong_type(name: str) -> Unreadable:
    return Unreadable(
        problem(
            "wrong_type",
            _("This is not a roster file. Choose a spreadsheet saved as .xlsx or as .csv."),
            value=name,
        )
    )


def _decoded(content: bytes) -> str:
    """The text of the file. Spreadsheet programs write UTF-8, UTF-16 or the Windows code page and do not say which."""
    encodings: tuple[str, ...]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif content.startswith(codecs.BOM_UTF8):
        encodings = ("utf-8-sig",)
    elif guess := _utf16_without_mark(content):
        encodings = (guess,)
    else:
        encodings = ("utf-8", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not text.lstrip().lower().startswith(_MARKUP):
            return text
        break
    raise Unreadable(
        problem(
            "not_text", _("The text in this file cannot be read. Save it as “CSV UTF-8” or as .xlsx, and try again.")
        )
    )


def _utf16_without_mark(content: bytes) -> str | None:
    """Western text in UTF-16 has a zero in every second byte; which one tells the order."""
    even, odd = content[:2000:2], content[1:2000:2]
    if odd.count(0) * 2 > len(odd):
        return "utf-16-le"
    if even.count(0) * 2 > len(even):
        return "utf-16-be"
    return None


def _rows_of_text(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator_of(text), strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, cells
    except csv.Error as error:
        raise Unreadable(
            problem(
                "broken_row",
                _(
                    "Row {number} cannot be read. Look for a quotation mark that opens there and does not close, "
                    "or save the file as .xlsx."
                ),
                row=number + 1,
                number=number + 1,
            )
        ) from error


def _separator_of(text: str) -> str:
    """The separating sign under which the heading row makes most sense."""
    return max(SEPARATORS, key=lambda separator: _sense_of_headings(text, separator))


def _sense_of_headings(text: str, separator: str) -> tuple[int, int]:
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if any(cell.strip(" ,;\t") for cell in cells):
                return recognised(cells), len(cells)
    except csv.Error:
        pass
    return 0, 0
