"""What a partner's home page asks the other rooms: what waits for whom, how each pair is, and what comes next.

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


@dataclass(frozen=True, slots=True)
class Step:
    """What a pair could do next."""

    title: str | _StrPromise
    url: str


class Line(NamedTuple):
    """What a room says of a pair on its card: a label and a sentence."""

    label: str | _StrPromise
    text: str | _StrPromise


@dataclass(frozen=True, slots=True)
class Said:
    """What a room says of one pair, and perhaps what the two could do next."""

    lines: Sequence[Line] = ()
    step: Step | None = None


Speaker = Callable[["Member", Sequence["Pair"]], Mapping[UUID, Said]]
Source = Callable[["Member"], list[Waiting]]

_kinds: dict[str, Kind] = {}
_sources: list[Source] = []
_speakers: list[tuple[int, Speaker]] = []


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


def add_speaker(speaker: Speaker, *, place: int = 50) -> None:
    """Let a room say something of each pair on its card, in one question for all of them."""
    if speaker not in [known for _place, known in _speakers]:
        _speakers.append((place, speaker))
        _speakers.sort(key=lambda entry: entry[0])


def said_of(member: Member, pairs: Sequence[Pair]) -> dict[UUID, Said]:
    """What the rooms say of each pair, in the order of their places; the first step that one has is the next."""
    said = {pair.pk: Said() for pair in pairs}
    if pairs:
        for _place, speaker in _speakers:
            for pair, more in speaker(member, pairs).items():
                said[pair] = Said([*said[pair].lines, *more.lines], said[pair].step or more.step)
    return said


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
