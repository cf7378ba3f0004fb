"""What one partner wrote here, to take along: a table for a spreadsheet, or data as programs get it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from rollout.kernel.files import csv_safe
from tenants.relationship import queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet

    from rollout.kernel.files import Cell
    from tenants.members.models import Member

ALWAYS = ("id", "pair", "seat")
KINDS: dict[str, tuple[Callable[[Member, UUID], QuerySet[Any]], tuple[str, ...]]] = {
    "snap_backs": (
        queries.snapbacks_for,
        ("moment", "trigger", "own_default", "intensity", "words", "mended_at", "written_at", "invited_at", "pairing",
         "revealed_at"),
    ),
    "differences": (
        queries.differences_for,
        ("kind", "text", "not_for_restating", "state", "shown_to", "written_at", "shown_at", "heard_at"),
    ),
    "assumptions": (
        queries.assumptions_for,
        ("text", "test", "due_on", "written_at", "result", "evidence", "seen_by", "closed_at"),
    ),
    "conversations": (
        queries.conversations_for,
        ("shown_to", "title", "tags", "before", "after", "learned", "written_at", "held_at"),
    ),
    "experiments": (queries.experiments_for, ("attempt", "limit", "happened", "written_at", "finished_at")),
    "time_reasons": (queries.reasons_for, ("kind", "subject", "first", "second", "said_at", "shown_to")),
}  # fmt: skip
"""What there is, with the query that page and program use, and what is told of each."""


def own_entries(member: Member, pair: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that this member wrote here in a pair, by kind."""
    found = {}
    for kind, (rows, fields) in KINDS.items():
        own = rows(member, pair).prefetch_related(None).filter(seat__member_id=member.pk)
        found[kind] = list(own.values(*ALWAYS, *fields))
    return found


def as_json(entries: dict[str, list[dict[str, Any]]]) -> bytes:
    """As data, by kind."""
    return json.dumps(entries, default=_plain, ensure_ascii=False, indent=1).encode(errors="replace")


def as_csv(entries: dict[str, list[dict[str, Any]]]) -> bytes:
    """As a table: a line for each thing that was said."""
    lines: list[list[Cell]] = [["kind", "id", "item", "value"]]
    for kind, rows in entries.items():
        for row in rows:
            said = [(name, row[name]) for name in KINDS[kind][1] if row[name] not in (None, "", [])]
            lines += [[kind, str(row["id"]), name, _cell(value)] for name, value in said]
    return csv_safe(lines)


def _plain(value: Any) -> str:
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return " ".join(value)
    return value if isinstance(value, int) else _plain(value)
