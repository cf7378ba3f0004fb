"""What may become of what partners write about working together, and what the figures mean.

Pure: nothing here knows a person, a page or a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from tenants.relationship.models import DifferenceItem

# A line of where we differ

State = DifferenceItem.State


class Act(StrEnum):
    """What people do with a line. RESTATE is the partner's, all others are the author's."""

    EDIT = "edit"
    SHOW = "show"
    TAKE_BACK = "take_back"
    RESTATE = "restate"
    CORRECT = "correct"
    ACCEPT = "accept"


DIFFERENCES: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.EDIT: State.DRAFT, Act.SHOW: State.SHOWN},
    State.SHOWN: {Act.EDIT: State.SHOWN, Act.RESTATE: State.RESTATED, Act.TAKE_BACK: State.DRAFT},
    State.RESTATED: {Act.CORRECT: State.CORRECTED, Act.ACCEPT: State.HEARD, Act.TAKE_BACK: State.DRAFT},
    State.CORRECTED: {Act.EDIT: State.CORRECTED, Act.RESTATE: State.RESTATED, Act.TAKE_BACK: State.DRAFT},
    State.HEARD: {Act.TAKE_BACK: State.DRAFT},
}
"""State → act → the state after it. What is not here is refused, by the actions and by the database."""

OPEN = frozenset(state for state in State if state not in (State.DRAFT, State.HEARD))


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in DIFFERENCES[State(state)]


def after(state: str, act: Act) -> State:
    """The state that this act leads to. Raises KeyError where it is not possible."""
    return DIFFERENCES[State(state)][act]


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of what was shown for restating was heard, and how old the open differences are."""

    heard: int
    asked: int
    ages: tuple[int, int, int]
    """Open differences younger than 30 days, up to 90 days, and older."""

    @property
    def rate(self) -> float | None:
        """None, not zero, when nothing was asked for."""
        return self.heard / self.asked if self.asked else None


MONTH, QUARTER = timedelta(days=30), timedelta(days=90)


def hearing(items: Iterable[DifferenceItem], now: datetime) -> Heard:
    """The figures of the lines that were shown. What is not for restating counts nowhere."""
    shown = [item for item in items if item.shown_at and not item.not_for_restating]
    young = middle = old = 0
    for item in shown:
        if item.kind == DifferenceItem.Kind.DIFFER and item.state in OPEN and item.shown_at:
            age = now - item.shown_at
            young, middle, old = young + (age < MONTH), middle + (MONTH <= age < QUARTER), old + (age >= QUARTER)
    return Heard(sum(item.state == State.HEARD for item in shown), len(shown), (young, middle, old))


# Snapping back


class Moment(StrEnum):
    """How far an entry has come."""

    SEALED = "sealed"
    INVITED = "invited"
    REVEALED = "revealed"


class SnapAct(StrEnum):
    """What becomes of an entry. REVEAL is the database's alone."""

    MEND = "mend"
    INVITE = "invite"
    REVEAL = "reveal"


SNAPBACKS: dict[Moment, dict[SnapAct, Moment]] = {
    Moment.SEALED: {
        SnapAct.MEND: Moment.SEALED,
        SnapAct.INVITE: Moment.INVITED,
        SnapAct.REVEAL: Moment.REVEALED,
    },
    Moment.INVITED: {SnapAct.MEND: Moment.INVITED, SnapAct.REVEAL: Moment.REVEALED},
    Moment.REVEALED: {SnapAct.MEND: Moment.REVEALED},
}

WINDOW = timedelta(hours=48)
"""Two entries whose moments lie no further apart are about the same moment."""


def moment_of(*, invited_at: datetime | None, revealed_at: datetime | None) -> Moment:
    """How far an entry has come, from what stands in it."""
    if revealed_at:
        return Moment.REVEALED
    return Moment.INVITED if invited_at else Moment.SEALED


def same_moment(one: datetime, other: datetime) -> bool:
    """Whether two moments lie in one window."""
    return abs(one - other) <= WINDOW


@dataclass(frozen=True, slots=True)
class Entry:
    """What the figures need of an entry that the viewer may read."""

    moment: datetime
    mended_at: datetime | None
    pairing: object | None

    @property
    def hours(self) -> float | None:
        """How long it took until it felt mended."""
        return (self.mended_at - self.moment).total_seconds() / 3600 if self.mended_at else None


class Trend(StrEnum):
    """How the time until it is mended moves."""

    SHORTER = "shorter"
    SAME = "same"
    LONGER = "longer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Snaps:
    """Moments in a month, hours until they are mended, which way that goes, and how many both have seen."""

    moments: int
    per_month: float
    recovery_hours: float | None
    trend: Trend
    recognised: float | None


ENOUGH_FOR_A_TREND = 4
CHANGED_BY = 0.1


def snaps(entries: Sequence[Entry], months: int) -> Snaps:
    """The figures of what the viewer may read. Two entries that were revealed together are one moment."""
    both = {entry.pairing for entry in entries if entry.pairing is not None}
    alone = [entry for entry in entries if entry.pairing is None]
    moments = len(both) + len(alone)
    hours = [entry.hours for entry in sorted(entries, key=lambda entry: entry.moment) if entry.hours is not None]
    return Snaps(
        moments=moments,
        per_month=moments / months,
        recovery_hours=median(hours) if hours else None,
        trend=_trend(hours),
        recognised=len(both) / moments if moments else None,
    )


def _trend(hours: Sequence[float]) -> Trend:
    if len(hours) < ENOUGH_FOR_A_TREND:
        return Trend.UNKNOWN
    half = len(hours) // 2
    earlier, later = median(hours[:half]), median(hours[-half:])
    if abs(later - earlier) <= CHANGED_BY * max(earlier, later):
        return Trend.SAME
    return Trend.SHORTER if later < earlier else Trend.LONGER


# A sprint


class Stage(StrEnum):
    """How far a sprint has come. What is over stays over; the next one is another."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ENDED = "ended"


class SprintAct(StrEnum):
    """What becomes of a sprint. AGREE is the partner's, END either's."""

    AGREE = "agree"
    END = "end"


SPRINTS: dict[Stage, dict[SprintAct, Stage]] = {
    Stage.PROPOSED: {SprintAct.AGREE: Stage.AGREED, SprintAct.END: Stage.ENDED},
    Stage.AGREED: {SprintAct.END: Stage.ENDED},
    Stage.ENDED: {},
}
"""Stage → act → the stage after it. What is not here is refused, by the actions and by the database."""


def stage_of(*, agreed_at: datetime | None, ended_at: datetime | None) -> Stage:
    """How far a sprint has come, from what stands in it."""
    if ended_at:
        return Stage.ENDED
    return Stage.AGREED if agreed_at else Stage.PROPOSED


# The pull to the task

TASK = ("shared_task", "decision", "result", "project", "plan", "measure", "stakeholder", "file")
RELATIONSHIP = (
    "relationship", "round", "principle", "shared_line", "time_agreement", "passage", "pair_reflection", "learning",
)  # fmt: skip
"""The first words of the codes of acts in a pair's record. What is in neither list counts for neither."""

UNDONE = frozenset({"pair_reflection.missed", "pair_reflection.moved", "round.closed"})
"""What was put off or left is nothing that was done for each other."""

MINUTES_OF_AN_ACT = 20
"""So many minutes that somebody tells of count like one act."""
LEAST, PULL = 8, 0.6
FORTNIGHT = timedelta(days=14)
_FIRST_MONDAY = date(2024, 1, 1)


class Balance(StrEnum):
    """What a fortnight says."""

    NOT_ENOUGH = "not_enough"
    EVEN = "even"
    TO_TASK = "to_task"


@dataclass(frozen=True, slots=True)
class Fortnight:
    """What was done in one fortnight: acts on the task, acts on the relationship, and minutes that were told."""

    starts_on: date
    task_acts: int = 0
    relationship_acts: int = 0
    task_minutes: int = 0
    relationship_minutes: int = 0

    @property
    def task(self) -> int:
        return self.task_acts + self.task_minutes // MINUTES_OF_AN_ACT

    @property
    def relationship(self) -> int:
        return self.relationship_acts + self.relationship_minutes // MINUTES_OF_AN_ACT

    @property
    def pull(self) -> float | None:
        """From −1, all relationship, to 1, all task. None where nothing was done."""
        done = self.task + self.relationship
        return (self.task - self.relationship) / done if done else None

    @property
    def balance(self) -> Balance:
        """Whether there is enough to say, and what."""
        if self.task + self.relationship < LEAST or self.pull is None:
            return Balance.NOT_ENOUGH
        return Balance.TO_TASK if self.pull > PULL else Balance.EVEN


def side_of(code: str) -> str:
    """ "task", "relationship", or nothing, for the code of an act."""
    word = "" if code in UNDONE else code.partition(".")[0]
    return "task" if word in TASK else "relationship" if word in RELATIONSHIP else ""


def fortnight_of(day: date) -> date:
    """The Monday on which the fortnight of a day begins. They are the same for everybody."""
    return day - (day - _FIRST_MONDAY) % FORTNIGHT


def finished_fortnights(today: date) -> tuple[date, date]:
    """The two fortnights that are over, the older first."""
    present = fortnight_of(today)
    return present - 2 * FORTNIGHT, present - FORTNIGHT


def count(
    starts: Iterable[date], acts: Iterable[tuple[date, str, int]], minutes: Iterable[tuple[date, int, int]]
) -> list[Fortnight]:
    """Each of these fortnights with what was done in it: how many acts by day and code, how many minutes by day."""
    done: Counter[tuple[date, str]] = Counter()
    for day, code, number in acts:
        done[fortnight_of(day), side_of(code)] += number
    hours = [(fortnight_of(day), task, relationship) for day, task, relationship in minutes]
    found = []
    for start in starts:
        told = [(task, relationship) for when, task, relationship in hours if when == start]
        found.append(
            Fortnight(
                start,
                task_acts=done[start, "task"],
                relationship_acts=done[start, "relationship"],
                task_minutes=sum(task for task, _relationship in told),
                relationship_minutes=sum(relationship for _task, relationship in told),
            )
        )
    return found


def wants_pause(older: Fortnight, newer: Fortnight, *, in_sprint: bool) -> bool:
    """Whether a pair gets a card: two fortnights in a row far on the side of the task, and not on purpose."""
    return not in_sprint and older.balance == newer.balance == Balance.TO_TASK
