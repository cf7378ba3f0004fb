"""What exactly is signed: the canonical form of a task, a decision and a result, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tenants.projects.models import Decision, ResultClaim

CENT = Decimal("0.01")


def plain(text: str) -> str:
    """A text as it is kept and signed: one kind of line break, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def rounded(value: Decimal) -> Decimal:
    """A number as it is kept and signed."""
    return value.quantize(CENT, ROUND_HALF_UP)


def hash_of_task(text: str) -> str:
    """The hash that keys to a shared task carry."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What belongs to a decision besides its words: whether it is a major one, and by when it is to be settled."""

    kind: str = "ordinary"
    due_on: date | None = None


def hash_of_decision(title: str, text: str, supersedes: UUID | None, terms: Terms | None = None) -> str:
    """The hash that keys to a decision carry: also over which decision it replaces, and over terms that are special."""
    terms = terms or Terms()
    special = [] if terms == Terms() else [terms.kind, str(terms.due_on or "")]
    return _hash([title, text, str(supersedes or ""), *special])


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultContent:
    """What a result says. The dated values for its chart belong to what is signed as well."""

    title: str
    measure: str
    unit: str
    higher_is_better: bool
    baseline_value: Decimal
    baseline_on: date
    current_value: Decimal
    current_on: date
    direction: str
    place: str
    evidence: str
    side_effects: str = ""
    not_achieved: str = ""

    def kept(self) -> ResultContent:
        """The same, as it is kept and signed."""
        return ResultContent(**{name: _kept(value) for name, value in self.values().items()})

    def values(self) -> dict[str, Any]:
        """Field by field, under the names that the model has as well."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def content_of(result: ResultClaim) -> ResultContent:
    """What a result that is kept says."""
    return ResultContent(**{field.name: getattr(result, field.name) for field in fields(ResultContent)})


def hash_of_result(content: ResultContent, points: Iterable[tuple[date, Decimal]]) -> str:
    """The hash that keys to a result carry."""
    values = sorted((day.isoformat(), str(rounded(value))) for day, value in points)
    return _hash([*(_said(value) for value in content.kept().values().values()), values])


def hash_of(decision: Decision) -> str:
    """The hash of a decision as it stands in memory."""
    return hash_of_decision(decision.title, decision.text, decision.supersedes_id, terms_of(decision))


def terms_of(decision: Decision) -> Terms:
    """The terms of a decision that is kept."""
    return Terms(kind=decision.kind, due_on=decision.due_on)


def _kept(value: Any) -> Any:
    if isinstance(value, Decimal):
        return rounded(value)
    return plain(value) if isinstance(value, str) else value


def _said(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
