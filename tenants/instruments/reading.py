"""What answers say in numbers: scores, gaps, the balance of voices, the change of power. Pure, and it ranks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from tenants.instruments.definition import HUNDRED, Definition, Said, Scale, Scoring

ENOUGH_MEETINGS = 3
"""Fewer meetings say nothing about whose voice is heard."""
ENOUGH_MAPS = 3
"""From so many dated maps on, a change of power is read."""


def numbers(said: Said) -> dict[str, int]:
    """The answers that are numbers."""
    return {key: value for key, value in said.values.items() if isinstance(value, int)}


def score(definition: Definition, said: Said) -> float | None:
    """The mean of one person's answers, where the instrument has one."""
    found = numbers(said)
    return fmean(found.values()) if definition.scoring == Scoring.MEAN and found else None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two answers to one item lie apart."""

    item: str
    mine: int
    partners: int

    @property
    def size(self) -> int:
        return abs(self.mine - self.partners)


def gaps(definition: Definition, mine: Said, partners: Said) -> list[Gap]:
    """The items that both have answered with a number, in the order of the instrument."""
    left, right = numbers(mine), numbers(partners)
    return [Gap(key, left[key], right[key]) for key in definition.items if key in left and key in right]


def widest(found: Sequence[Gap]) -> Gap | None:
    """The item on which the two differ most; None when they answered alike everywhere."""
    return max((gap for gap in found if gap.size), key=lambda gap: gap.size, default=None)


def balance(estimates: Iterable[int]) -> float | None:
    """How evenly something was shared: 1 is half and half, 0 is all on one side, whichever it was.

    Each estimate is the part of the citizen's side in a hundred; what both guessed is averaged first.
    """
    found = list(estimates)
    if not found:
        return None
    citizen = fmean(found)
    professional = 100 - citizen
    return 1 - abs(citizen - professional) / (citizen + professional)


@dataclass(frozen=True, slots=True)
class Shared:
    """One estimated item of one meeting: how evenly it was shared, and how far the two guesses lie apart."""

    item: str
    balance: float
    gap: int


def shared(definition: Definition, mine: Said, partners: Said) -> list[Shared]:
    """What both have guessed. "Felt heard" is no guess of shares and never comes in here."""
    if definition.scale not in HUNDRED:
        return []
    return [
        Shared(gap.item, balance((gap.mine, gap.partners)) or 0.0, gap.size) for gap in gaps(definition, mine, partners)
    ]


def change(definition: Definition, maps: Sequence[Mapping[str, float]]) -> dict[str, float] | None:
    """How much each item has moved towards the citizen's side since the first map; None while there are too few."""
    if definition.scoring != Scoring.CHANGE or len(maps) < ENOUGH_MAPS:
        return None
    return {key: maps[-1][key] - maps[0][key] for key in definition.items if key in maps[0] and key in maps[-1]}


def averaged(definition: Definition, answers: Sequence[Said]) -> dict[str, float]:
    """Each item as the mean of those who answered it."""
    found = {key: [numbers(said)[key] for said in answers if key in numbers(said)] for key in definition.items}
    return {key: fmean(values) for key, values in found.items() if values}


def summit(definition: Definition) -> int:
    """The highest number on the scale; 0 where answers are no numbers."""
    return 0 if definition.scale == Scale.CODES else definition.most


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be counted of a pair's check-ins, without a word of them."""

    revealed: int
    has_baseline: bool


def counted(rounds: Iterable[tuple[str, str, str]]) -> Counted:
    """Counts rounds given as (code, state, occasion): check-ins that both have read, and whether there is a start."""
    read = [occasion for code, state, occasion in rounds if code.startswith("check_in") and state == "revealed"]
    return Counted(len(read), "baseline" in read)
