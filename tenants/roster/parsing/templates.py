"""Empty rosters to fill in, with the headings in the reader's language."""

import csv
import io
import zipfile

from django.utils.translation import get_language, gettext
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tenants.roster.parsing.columns import HEADINGS, KINDS_OF_SIDE, Column

_WIDTHS = {Column.NAME: 28, Column.EMAIL: 34, Column.SITE: 28, Column.ROLES: 28, Column.SHARED_TASK: 60}
_NARROW = 16
_LAST_ROW_WITH_CHOICES = 10_001


def template_csv() -> bytes:
    """A heading row. The byte order mark and the separator are what Excel expects in that language."""
    language = _language()
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";" if language == "fr" else ",").writerow(HEADINGS[language].values())
    return written.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    """A workbook with the headings and lists to choose from. Its columns are text: nothing typed is worked out."""
    workbook = Workbook()
    sheet = workbook.create_sheet(gettext("Roster"), 0)
    del workbook[workbook.sheetnames[1]]
    sheet.freeze_panes = "A2"
    for at, (column, heading) in enumerate(HEADINGS[_language()].items(), start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, _NARROW)
        sheet.column_dimensions[letter].number_format = "@"
        sheet.cell(row=1, column=at, value=heading).font = Font(bold=True)
        if choices := _CHOICES.get(column):
            validation = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            validation.showErrorMessage = False
            validation.add(f"{letter}2:{letter}{_LAST_ROW_WITH_CHOICES}")
            sheet.add_data_validation(validation)
    written = io.BytesIO()
    workbook.save(written)
    return _without_dates(written)


def _without_dates(workbook: io.BytesIO) -> bytes:
    """The same workbook for everybody at any time: the clock of the files in it is set to the zip format's zero."""
    plain = io.BytesIO()
    with zipfile.ZipFile(workbook) as parts, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in parts.namelist():
            kept.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()


_CHOICES = {
    Column.SIDE: tuple(KINDS_OF_SIDE),
    Column.KIND: tuple(kind for kinds in KINDS_OF_SIDE.values() for kind in kinds),
}


def _language() -> str:
    language = (get_language() or "en").partition("-")[0]
    return language if language in HEADINGS else "en"
