"""An export as one file: a readme, and each table for spreadsheets (CSV) and for programs (JSON)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from governance.exports.contents import packs, tables_for
from rollout.kernel import clock, files
from rollout.kernel.files import Cell, csv_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.exports.contents import Row, Table
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

_NO_DATE = (1980, 1, 1, 0, 0, 0)


def file_of(organisation: Organisation, lead: Member, language: str) -> bytes:
    """Everything that this lead may take along, as a ZIP file. The same data give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle, translation.override(language):
        found = tables_for(lead)
        _add(bundle, "readme.txt", _readme(organisation, lead, [table for table, _rows in found]).encode())
        for table, rows in found:
            _add(bundle, f"tables/{table.name}.csv", csv_safe([table.columns, *map(_cells, rows)]))
            _add(bundle, f"tables/{table.name}.json", _json(table.columns, rows))
        for pack in packs().order_by("pk"):
            _add(bundle, f"packs/{pack.pk}.json", _dumped(pack.snapshot))
            if pack.pdf_path and (path := files.home() / pack.pdf_path).is_file():
                _add(bundle, f"packs/{pack.pk}.pdf", path.read_bytes())
    return buffer.getvalue()


def _add(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_NO_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    bundle.writestr(entry, content)


def _readme(organisation: Organisation, lead: Member, tables: Sequence[Table]) -> str:
    with timezone.override(organisation.time_zone):
        made = date_format(timezone.localtime(clock.now()), "DATETIME_FORMAT")
    lines = [
        gettext("The data of %(organisation)s") % {"organisation": organisation.name},
        "",
        gettext("Made for %(name)s, rollout lead, on %(day)s.") % {"name": lead.name, "day": made},
        gettext("It holds what you may see as a rollout lead, and nothing else."),
        gettext("There may be pairs here that you cannot see. That is how this programme works."),
        gettext("It names people. Keep it as you would keep a list of staff, and delete it when you are done."),
        "",
        gettext("Each table is there twice: .csv opens in a spreadsheet, .json is for programs."),
        gettext("Times are in UTC. An id stands for the same thing in every table."),
        "",
    ]
    lines += [f"{table.name}: {table.about}" for table in tables]
    return "\r\n".join(lines) + "\r\n"


def _cells(row: Row) -> list[Cell]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value) if isinstance(value, UUID) else value


def _json(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    return _dumped([dict(zip(columns, row, strict=True)) for row in rows])


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=_as_text).encode()


def _as_text(value: Any) -> str:
    if isinstance(value, date):  # a moment is a date as well
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"no text for {type(value).__name__}")
