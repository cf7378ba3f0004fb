"""Where a surfaced pair stands, derived from dated evidence.

Pure functions of what the reader was shown. A state describes and never permits: nothing is refused to a
pair for being out of order. Evidence of a later day than today does not count yet, and a grant that ended
is no evidence any more, so a pair steps back by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class State(StrEnum):
    """The steps of the journey, in their order, and the two ways of standing still."""

    FORMING = "forming"
    UNDER_RADAR = "under_radar"
    EVIDENCING = "evidencing"
    READY = "ready"
    SPONSOR_AWARE = "sponsor_aware"
    ORG_VISIBLE = "org_visible"
    BOARD_REPORTED = "board_reported"
    INTEGRATED = "integrated"
    PAUSED = "paused"
    ENDED = "ended"


LADDER = tuple(state for state in State if state not in (State.PAUSED, State.ENDED))

NAMES: dict[State, _StrPromise] = {
    State.FORMING: _("Two people found each other"),
    State.UNDER_RADAR: _("They work on a shared task"),
    State.EVIDENCING: _("They wrote down a result"),
    State.READY: _("A result is confirmed"),
    State.SPONSOR_AWARE: _("A sponsor knows"),
    State.ORG_VISIBLE: _("The organisation can see it"),
    State.BOARD_REPORTED: _("A board talked about it"),
    State.INTEGRATED: _("It is how we work"),
    State.PAUSED: _("Paused"),
    State.ENDED: _("Ended"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a pair to the one who looks, each with its day. None means: not shown, or not yet."""

    stage: str = "working"
    task_signed_on: date | None = None
    result_claimed_on: date | None = None
    result_confirmed_on: date | None = None
    shown_to_sponsor_on: date | None = None
    shown_in_organisation_on: date | None = None
    issued_in_pack_on: date | None = None
    minuted_on: date | None = None
    adopted_on: date | None = None
    citizen_role_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """One step of the ladder and the day it was reached; `on` is None while it is not, or not shown."""

    state: State
    done: bool
    on: date | None


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the next step rests on, and since when it is there."""

    text: _StrPromise
    met_on: date | None


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a pair stands, which steps it has behind it, and what the next one needs."""

    state: State
    steps: tuple[Reached, ...]
    next: State | None
    needs: tuple[Need, ...]

    @property
    def name(self) -> _StrPromise:
        """The state in words."""
        return NAMES[self.state]

    @property
    def missing(self) -> tuple[_StrPromise, ...]:
        """What the next step still needs, in words."""
        return tuple(need.text for need in self.needs if need.met_on is None)


def journey_of(evidence: Evidence, *, today: date) -> Journey:
    """The journey that this evidence shows on this day."""
    days = _days(evidence, today)
    steps = tuple(Reached(state, state in days, days.get(state)) for state in LADDER)
    highest = max((step.state for step in steps if step.done), key=LADDER.index)
    if evidence.stage == State.ENDED:
        return Journey(State.ENDED, steps, None, ())
    ahead = next((state for state in LADDER[LADDER.index(highest) + 1 :] if state not in days), None)
    needs = _needs(ahead, evidence, today) if ahead else ()
    return Journey(State.PAUSED if evidence.stage == State.PAUSED else highest, steps, ahead, needs)


def _days(evidence: Evidence, today: date) -> dict[State, date | None]:
    """The steps that are reached and, where it is known, since when."""
    days: dict[State, date | None] = {State.FORMING: None}
    single = {
        State.UNDER_RADAR: evidence.task_signed_on,
        State.EVIDENCING: evidence.result_claimed_on,
        State.READY: evidence.result_confirmed_on,
        State.SPONSOR_AWARE: evidence.shown_to_sponsor_on,
        State.ORG_VISIBLE: evidence.shown_in_organisation_on,
    }
    days.update({state: on for state, on in single.items() if _counts(on, today)})
    if State.ORG_VISIBLE in days and (reported := _latest((evidence.issued_in_pack_on, evidence.minuted_on), today)):
        days[State.BOARD_REPORTED] = reported
        if adopted := _latest((evidence.adopted_on, evidence.citizen_role_on), today):
            days[State.INTEGRATED] = adopted
    return days


def _needs(state: State, evidence: Evidence, today: date) -> tuple[Need, ...]:
    wanted: dict[State, tuple[tuple[_StrPromise, date | None], ...]] = {
        State.UNDER_RADAR: ((_("Both partners sign the shared task."), evidence.task_signed_on),),
        State.EVIDENCING: (
            (_("A result with a value at the start and a value now, signed by both."), evidence.result_claimed_on),
        ),
        State.READY: ((_("Somebody independent confirms a result."), evidence.result_confirmed_on),),
        State.SPONSOR_AWARE: (
            (_("Both partners sign to show themselves to a sponsor."), evidence.shown_to_sponsor_on),
        ),
        State.ORG_VISIBLE: (
            (
                _("Both partners sign to show themselves to the organisation or a board. 72 hours pass."),
                evidence.shown_in_organisation_on,
            ),
        ),
        State.BOARD_REPORTED: (
            (_("A board pack with this pair is issued."), evidence.issued_in_pack_on),
            (_("Both partners are invited, and the board's minutes say what was decided."), evidence.minuted_on),
        ),
        State.INTEGRATED: (
            (
                _("A board decision becomes practice, with an owner, a budget and a day to look again."),
                evidence.adopted_on,
            ),
            (_("A role for citizens is made or renewed because of it."), evidence.citizen_role_on),
        ),
    }
    return tuple(Need(text, on if _counts(on, today) else None) for text, on in wanted[state])


def _counts(on: date | None, today: date) -> bool:
    return on is not None and on <= today


def _latest(days: tuple[date | None, ...], today: date) -> date | None:
    """The day from which all of them hold, or None while one is missing."""
    known = [on for on in days if on is not None and on <= today]
    return max(known) if len(known) == len(days) else None
