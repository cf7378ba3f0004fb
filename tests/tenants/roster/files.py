"""Roster files for the tests: good ones to change, and workbooks put together by hand."""

import csv
import io
import zipfile

from openpyxl import Workbook

HEADINGS = ("name", "email", "site", "side", "kind", "roles", "pair", "shared_task")

CITIZEN = (
    "Ada Marsh",
    "ada@example.com",
    "Hill Hospital",
    "citizen",
    "patient",
    "",
    "Letters",
    "Letters people can read",
)
PROFESSIONAL = ("Ben Okoro", "ben@example.org", "Hill Hospital", "professional", "clinician", "", "Letters", "")
SPONSOR = ("Cy Grant", "cy@example.org", "", "", "", "sponsor", "", "")


def row(**changes):
    """A row without a fault, with some of its cells changed."""
    faultless = dict(zip(HEADINGS, CITIZEN, strict=True)) | {"pair": "", "shared_task": ""}
    return tuple((faultless | changes).values())


def csv_of(*rows, headings=HEADINGS, delimiter=","):
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([headings, *rows])
    return written.getvalue()


def xlsx_of(*rows, headings=HEADINGS):
    workbook = Workbook()
    for cells in [headings, *rows]:
        workbook.active.append(cells)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def findings(roster):
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_of(cells):
    headings = "".join(f'<c t="inlineStr"><is><t>{heading}</t></is></c>' for heading in HEADINGS)
    rows = f'<row r="1">{headings}</row><row r="2">{cells}</row>'
    return f"<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"


def workbook_with(parts, compression=None):
    """A small workbook in which some parts are replaced or added."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of(CITIZEN, PROFESSIONAL))) as original,
        zipfile.ZipFile(written, "w", compression if compression is not None else zipfile.ZIP_DEFLATED) as changed,
    ):
        for part in original.namelist():
            if part not in parts:
                changed.writestr(part, original.read(part))
        for part, text in parts.items():
            changed.writestr(part, text)
    return written.getvalue()
