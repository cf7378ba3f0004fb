"""A person's things as one file that opens anywhere: a page to read, tables for spreadsheets, data for programs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import slugify

from rollout.kernel.files import csv_safe
from rollout.leaving.parts import Part

STYLE = """\
body { margin: 2rem auto; padding: 0 1rem; max-width: 70rem; color: #1f2a30; font-family: sans-serif; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid #d9dedd; text-align: left; vertical-align: top; }
"""
"""What the page inside the file looks like: it is opened without us, so it brings its own."""


def archive(*, heading: str, parts: Sequence[Part], made_at: datetime) -> bytes:
    """The file: `index.html`, `data.json` and a table for each part that has rows."""
    filled = [part for part in parts if part.rows]
    data = {"made_at": made_at.isoformat(), "parts": {part.name: list(part.rows) for part in filled}}
    tables = [(part, f"{slugify(part.name.replace('.', '-'))}.csv", _columns(part)) for part in filled]
    page = render_to_string(
        "leaving/archive.html",
        {
            "heading": heading,
            "made_at": made_at,
            "tables": [
                {
                    "title": part.title,
                    "file": name,
                    "columns": [column.replace("_", " ") for column in columns],
                    "rows": [[_text(row.get(column)) for column in columns] for row in part.rows],
                }
                for part, name, columns in tables
            ],
        },
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("index.html", page)
        file.writestr("style.css", STYLE)
        file.writestr("data.json", json.dumps(data, default=str, ensure_ascii=False, indent=1))
        for part, name, columns in tables:
            rows = [[_text(row.get(column)) for column in columns] for row in part.rows]
            file.writestr(name, csv_safe([columns, *rows]))
    return packed.getvalue()


def _columns(part: Part) -> list[str]:
    return list(dict.fromkeys(column for row in part.rows for column in row))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, default=str, ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime) else str(value)
