"""What a pack froze: plain data that can be kept as JSON, hashed, and read back as it was."""

from __future__ import annotations

import json
import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from governance.indicators.report import Report

T = TypeVar("T")
Item = tuple[UUID, str, UUID | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a pack says, as it was granted to the board at one moment. `anchor` is the audit's last hash then."""

    organisation: str
    board: str
    sponsor: str
    language: str
    frozen_at: datetime
    report: Report
    anchor: str

    @property
    def items(self) -> frozenset[Item]:
        """Everything shown, as (pair, class, item), to be compared with the grants."""
        return frozenset(item for pair in self.report.pairs for item in _items_of(pair.shown))


def _items_of(shown: Any) -> list[Item]:
    found: list[Item] = [(shown.id, "pair", None)]
    found += [(shown.id, "people", None)] if shown.people is not None else []
    found += [(shown.id, "task", None)] if shown.shared_task is not None else []
    found += [(shown.id, "project", None)] if shown.project is not None else []
    found += [(shown.id, "decision", decision.id) for decision in shown.decisions]
    found += [(shown.id, "result", result.id) for result in shown.results]
    found += [(shown.id, "support", one.id) for one in shown.support]
    return found


def as_json(value: Any) -> Any:
    """Frozen data as JSON. Sets are sorted, so that the same data always gives the same text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: as_json(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [as_json(part) for part in value]
    if isinstance(value, frozenset):
        return sorted(as_json(part) for part in value)
    if isinstance(value, date):  # a moment is a date as well
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def from_json(kind: type[T], data: Any) -> T:
    """Frozen data read back from JSON."""
    return _typed(kind, data)  # type: ignore[no-any-return]


def sha_of(data: Any) -> str:
    """The fingerprint of a snapshot. Whoever holds the snapshot can compute it again."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _typed(kind: Any, data: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _typed(next(part for part in inside if part is not type(None)), data)
    if origin in (tuple, frozenset):
        return origin(_typed(inside[0], part) for part in data)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], part) for name, part in data.items()})
    if kind in (date, datetime):
        return kind.fromisoformat(data)
    return kind(data) if kind in (Decimal, UUID) else data
