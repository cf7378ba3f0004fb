"""What may become of a project and of a line of its plan. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from tenants.workplan.models import FrameSource, Planned, ProjectFrame, Stakeholder

State = Planned.State

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.DONE, State.DROPPED}),
    State.DONE: frozenset({State.OPEN}),
    State.DROPPED: frozenset({State.OPEN}),
}
"""A line of the plan: what is done or dropped can be undone, and nothing else."""


class Approach(StrEnum):
    """Who of the two speaks with somebody: nobody yet, one who was named, or one on whom both agree."""

    NOBODY = "nobody"
    NAMED = "named"
    AGREED = "agreed"


class ApproachAct(StrEnum):
    """What becomes of it. NAME is either's, CONFIRM that of the other, CLEAR that it is nobody again."""

    NAME = "name"
    CONFIRM = "confirm"
    CLEAR = "clear"


APPROACH: dict[Approach, dict[ApproachAct, Approach]] = {
    Approach.NOBODY: {ApproachAct.NAME: Approach.NAMED},
    Approach.NAMED: {
        ApproachAct.NAME: Approach.NAMED,
        ApproachAct.CONFIRM: Approach.AGREED,
        ApproachAct.CLEAR: Approach.NOBODY,
    },
    Approach.AGREED: {ApproachAct.NAME: Approach.NAMED, ApproachAct.CLEAR: Approach.NOBODY},
}
"""State → act → the state after it. What is not here is refused, by the actions and by the database."""


def approach_of(person: Stakeholder) -> Approach:
    """How it stands with who speaks with somebody."""
    if not person.approacher:
        return Approach.NOBODY
    return Approach.AGREED if person.approacher_agreed_at else Approach.NAMED


NEEDED = ("theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know")
"""What a project says before it is signed."""


def may_move(state: str, to: str) -> bool:
    """Whether a line of the plan may go there."""
    return State(to) in MOVES[State(state)]


def missing(frame: ProjectFrame, kinds: Collection[str]) -> list[str]:
    """What a project still has to say before it can be signed; `source` stands for a source of its own."""
    found = [name for name in NEEDED if not getattr(frame, name)]
    if not any(kind != FrameSource.Kind.PROFESSIONAL_PARTNER for kind in kinds):
        found.append("source")
    return found
