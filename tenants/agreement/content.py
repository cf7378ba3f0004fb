"""What exactly is signed: the canonical form of a line, a principle and a time agreement, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tenants.projects.content import plain, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

__all__ = ["Hours", "hash_of_hours", "hash_of_line", "hash_of_principle", "plain", "rounded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What a time agreement says, under the names that the model has as well."""

    since: date
    hours_professional: Decimal
    is_protected: bool
    hours_citizen: Decimal
    is_paid: bool

    def kept(self) -> Hours:
        """The same, as it is kept and signed."""
        return Hours(
            since=self.since,
            hours_professional=rounded(self.hours_professional),
            is_protected=self.is_protected,
            hours_citizen=rounded(self.hours_citizen),
            is_paid=self.is_paid,
        )


def hash_of_line(topic: str, text: str) -> str:
    """The hash that keys to a line carry: a key under one topic says nothing about another."""
    return _hash([topic, text])


def hash_of_principle(title: str, text: str) -> str:
    """The hash that keys to a wording of a principle carry."""
    return _hash([title, text])


def hash_of_hours(hours: Hours) -> str:
    """The hash that keys to a time agreement carry."""
    return _hash([str(value) for value in asdict(hours.kept()).values()])


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
