"""What a partner's home page asks the other rooms: what waits for whom, and which step comes next.

Each source answers for all pairs of a member at once, so that the page costs the same for one pair and for many.
What waits is told by each room as rows of one shape, which are asked for together: one question for all rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, CharField, DateTimeField, F, TextField, UUIDField, Value
from django.db.models.functions import Cast

from rollout.kernel import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person: for the member who looks, or (without blame) for the partner."""

    title: str
    url: str
    since: datetime
    pair_id: UUID
    for_partner: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a pair could do next."""

    title: str | _StrPromise
    url: str


class Row(NamedTuple):
    """Something that waits, as the database tells it."""

    kind: str
    pair_id: UUID
    subject: UUID
    title: str
    since: datetime
    for_partner: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that waits: its rows for a member, and how a row reads and where it leads."""

    name: str
    rows: Callable[[Member], QuerySet[Any]]
    entry: Callable[[Row], tuple[str, str]]
    """The words and the address of one row."""


Source = Callable[["Member"], list[Waiting]]
Guide = Callable[["Member", Sequence["Pair"]], Mapping[UUID, Step]]

_kinds: dict[str, Kind] = {}
_sources: list[Source] = []
_guides: list[Guide] = []


def add_kind(kind: Kind) -> None:
    """Let a room say what waits, as rows that are asked for together with those of all others; see `rows_of`."""
    _kinds[kind.name] = kind


def rows_of(
    found: QuerySet[Any],
    kind: str,
    *,
    since: str,
    title: str | None = None,
    subject: str = "pk",
    pair: str = "pair_id",
    for_partner: str | bool | Combinable = False,
) -> QuerySet[Any]:
    """Rows of the shape of `Row`: the arguments name columns or annotations of `found`."""
    own = Value(for_partner, output_field=BooleanField()) if isinstance(for_partner, bool) else for_partner
    return found.order_by().values_list(
        Value(kind, output_field=CharField()),
        Cast(F(pair), UUIDField()),
        Cast(F(subject), UUIDField()),
        Cast(F(title), TextField()) if title else Value("", output_field=TextField()),
        Cast(F(since), DateTimeField()),
        Cast(own, BooleanField()),
    )


def add_source(source: Source) -> None:
    """Let a room say what waits where rows of one shape cannot; saying it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def add_guide(guide: Guide) -> None:
    """Let a room suggest a next step for each pair. The first room that has one is heard."""
    if guide not in _guides:
        _guides.append(guide)


def waiting_for(member: Member) -> list[Waiting]:
    """All that waits in the member's pairs, the longest first."""
    found = [*_in_rows(member), *(waiting for source in _sources for waiting in source(member))]
    return sorted(found, key=lambda waiting: min(waiting.since, clock.now()))


def _in_rows(member: Member) -> list[Waiting]:
    parts = [kind.rows(member) for kind in _kinds.values()]
    if not parts:
        return []
    told = []
    for row in map(Row._make, parts[0].union(*parts[1:], all=True)):
        title, url = _kinds[row.kind].entry(row)
        told.append(Waiting(title, url, row.since, row.pair_id, for_partner=row.for_partner))
    return told


def next_steps(member: Member, pairs: Sequence[Pair]) -> dict[UUID, Step]:
    """At most one suggestion for each pair."""
    steps: dict[UUID, Step] = {}
    for guide in _guides:
        for pair, step in guide(member, pairs).items():
            steps.setdefault(pair, step)
    return steps
