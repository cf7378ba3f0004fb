"""What may become of a project and of a line of its plan. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from collections.abc import Collection

from tenants.workplan.models import FrameSource, Planned, ProjectFrame

State = Planned.State

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.DONE, State.DROPPED}),
    State.DONE: frozenset({State.OPEN}),
    State.DROPPED: frozenset({State.OPEN}),
}
"""A line of the plan: what is done or dropped can be undone, and nothing else."""

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
