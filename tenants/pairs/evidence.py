"""How far a pair has come, as each room can prove it: what counts, since when, and where to go for more of it.

Rooms tell their evidence as rows of one shape, which are asked for together: one question for all rooms and all
pairs of a member. Evidence describes; nothing is refused to a pair for want of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, Count, DateTimeField, F, IntegerField, Max, Min, UUIDField, Value
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a step of the journey rests on.

    `step` names the step, `at_least` says how many are enough, `words` what it takes, for the two partners, and
    `address` where they go for it: the name of an address that takes the pair alone.
    """

    kind: str
    step: str
    words: str | _StrPromise
    address: str
    rows: Callable[[Member], QuerySet[Any]]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """What there is of one kind: how many, and when the first and the last came to be."""

    count: int
    first: datetime
    last: datetime


_kinds: dict[str, Evidence] = {}


def add(evidence: Evidence) -> None:
    """Let a room say what it can prove, when its app is ready; saying it again changes nothing."""
    _kinds[evidence.kind] = evidence


def wanted(step: str) -> list[Evidence]:
    """What a step rests on, in the order in which the rooms said it."""
    return [evidence for evidence in _kinds.values() if evidence.step == step]


def counted(found: QuerySet[Any], kind: str, *, on: str, pair: str = "pair_id") -> QuerySet[Any]:
    """The rows of one kind, counted for each pair; `on` names the moment at which a row came to count."""
    each = found.order_by().values(pair).annotate(number=Count("pk", distinct=True), first=Min(on), last=Max(on))
    rows: QuerySet[Any] = each.values_list(
        Value(kind, output_field=CharField()),
        Cast(F(pair), UUIDField()),
        Cast(F("number"), IntegerField()),
        Cast(F("first"), DateTimeField()),
        Cast(F("last"), DateTimeField()),
    )
    return rows


def proofs(member: Member) -> dict[UUID, dict[str, Proof]]:
    """What can be proved of each pair of this member, by kind."""
    parts = [evidence.rows(member) for evidence in _kinds.values()]
    found: dict[UUID, dict[str, Proof]] = defaultdict(dict)
    if parts:
        for kind, pair, count, first, last in parts[0].union(*parts[1:], all=True):
            found[pair][kind] = Proof(count, first, last)
    return found
