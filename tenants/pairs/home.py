"""What a partner's home page asks the other rooms: what waits for whom, and which step comes next.

Each source answers for all pairs of a member at once, so that the page costs the same for one pair and for many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from rollout.kernel import clock

if TYPE_CHECKING:
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


Source = Callable[["Member"], list[Waiting]]
Guide = Callable[["Member", Sequence["Pair"]], Mapping[UUID, Step]]

_sources: list[Source] = []
_guides: list[Guide] = []


def add_source(source: Source) -> None:
    """Let a room say what waits, when its app is ready; saying it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def add_guide(guide: Guide) -> None:
    """Let a room suggest a next step for each pair. The first room that has one is heard."""
    if guide not in _guides:
        _guides.append(guide)


def waiting_for(member: Member) -> list[Waiting]:
    """All that waits in the member's pairs, the longest first."""
    found = [waiting for source in _sources for waiting in source(member)]
    return sorted(found, key=lambda waiting: min(waiting.since, clock.now()))


def next_steps(member: Member, pairs: Sequence[Pair]) -> dict[UUID, Step]:
    """At most one suggestion for each pair."""
    steps: dict[UUID, Step] = {}
    for guide in _guides:
        for pair, step in guide(member, pairs).items():
            steps.setdefault(pair, step)
    return steps
