"""Reading and checking what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.kernel.database import ask
from tenants.audit.models import Event

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every chain of an organisation is whole; else what is wrong, and at which number of a chain."""

    sound: bool
    problem: str = ""
    first_bad: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last number and hash of the organisation's own chain, to be kept somewhere else."""

    number: int
    hash: str


def verdict() -> Verdict:
    """Check every chain of the organisation we are in. Says no more than sound, or the first bad number."""
    return Verdict(*ask("audit_verify")[0])


def anchor() -> Anchor | None:
    """The head of the organisation's own chain; None before its first entry. Pairs' chains are not told of."""
    rows = ask("audit_anchor")
    return Anchor(*rows[0]) if rows else None


def organisation_events() -> QuerySet[Event]:
    """What was done in the organisation's name, newest first, for those who may read it."""
    return Event.objects.filter(pair_id__isnull=True)


def events_of_pair(pair: UUID) -> QuerySet[Event]:
    """What was done in a pair, newest first, for its partners."""
    return Event.objects.filter(pair_id=pair)


def events_of_pairs() -> QuerySet[Event]:
    """What was done in the pairs of the person who looks."""
    return Event.objects.filter(pair_id__isnull=False)
