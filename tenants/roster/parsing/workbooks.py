"""Excel workbooks, read as the untrusted bytes they are: weighed before they are unpacked, never worked out."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from tenants.roster.parsing.filled import Row, filled
from tenants.roster.parsing.headings import recognised
from tenants.roster.parsing.report import RosterProblem, Unreadable, problem

# An honest roster of 10,000 people with long tasks unpacks to half of this.
MOST_BYTES_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 300
MOST_TAGS = 1_000_000
MOST_TAGS_BESIDE_THE_CELLS = 100_000
MOST_SHEETS = 20
PARTS_WITH_CELLS = ("xl/worksheets/", "xl/sharedStrings.xml")
LAST_ROW_OF_A_SHEET = 1_048_576
MOST_COLUMNS = 1_024

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")


def rows_of_workbook(content: bytes) -> list[Row]:
    """The rows of the one sheet that holds the roster. Formulas come as their text, to be refused as such."""
    try:
        _weigh(content)
        return _rows(content)
    except Unreadable:
        raise
    except Exception as error:
        # The library raises whatever its inner parts happen to raise on a broken file. Whoever
        # uploaded it needs one sentence, and there is no state here that could be left half done.
        raise Unreadable(
            problem(
                "damaged_workbook",
                _("This workbook is damaged or protected. Open it, save it again as .xlsx or as CSV, and try again."),
            )
        ) from error


def _weigh(content: bytes) -> None:
    """Refuse what would grow too large, before it grows. Reading stops at the sizes the directory declares."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names or "xl/vbaProject.bin" in names:
            raise Unreadable(_not_a_workbook())
        if (
            len(parts) > MOST_PARTS
            or sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED
            or any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
        ):
            raise Unreadable(_too_large_inside())
        tags = 0
        for part in parts:
            # Whatever a part is called: the workbook may use any name for any of its parts.
            markup = archive.read(part)
            weight = markup.count(b"<")
            tags += weight
            # Entities can multiply without end, and a wide encoding would hide them from this look.
            is_markup = part.filename.lower().endswith((".xml", ".rels"))
            if is_markup and (b"<!DOCTYPE" in markup or b"\0" in markup):
                raise Unreadable(_not_a_workbook())
            if not part.filename.startswith(PARTS_WITH_CELLS) and weight > MOST_TAGS_BESIDE_THE_CELLS:
                raise Unreadable(_too_large_inside())
            if tags > MOST_TAGS or len(_SHEET.findall(markup)) > MOST_SHEETS:
                raise Unreadable(_too_large_inside())


def _not_a_workbook() -> RosterProblem:
    return problem(
        "wrong_type",
        _("This is not a plain Excel workbook. Save it as .xlsx without macros, or as CSV, and try again."),
    )


def _too_large_inside() -> RosterProblem:
    return problem(
        "workbook_too_large",
        _("This workbook is much larger inside than a roster is. Copy the roster alone into a new workbook."),
    )


def _rows(content: bytes) -> list[Row]:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        rosters = [sheet for sheet in sheets if recognised(_first_row(sheet)) > 1]
        if len(rosters) > 1:
            raise Unreadable(
                problem(
                    "several_sheets",
                    _("More than one sheet looks like a roster: {sheets}. Keep one of them."),
                    value=rosters[1].title,
                    sheets=", ".join(f"“{sheet.title}”" for sheet in rosters),
                )
            )
        chosen = rosters or [sheet for sheet in sheets if _first_row(sheet)] or sheets
        return filled(_rows_of_sheet(chosen[0])) if chosen else []
    finally:
        workbook.close()


def _first_row(sheet: ReadOnlyWorksheet) -> Sequence[str]:
    return next((cells for _number, cells in _rows_of_sheet(sheet)), ())


def _rows_of_sheet(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, Sequence[str]]]:
    # What the file claims about its own size is not believed.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)  # type: ignore[misc]  # the stubs deny a read-only sheet its rows
    for number, values in enumerate(rows, start=1):
        if number > LAST_ROW_OF_A_SHEET or len(values) > MOST_COLUMNS:
            raise Unreadable(_too_large_inside())
        cells = tuple(map(_text, values))
        if any(map(str.strip, cells)):
            yield number, cells


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case bool() | int() | float():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            # Array and table formulas have types of their own.
            return "=" + str(getattr(value, "text", "") or "")
