"""Who reads a board's packs: its members and secretary, its executive sponsor, the rollout lead, and its own job."""

from __future__ import annotations

from rollout.kernel.privacy import Rule, Within


def readers_of_board(column: str = "body_id") -> Rule:
    """Exactly the people whom the preview of a surfacing to that board names."""
    return Within("readable_boards", column=column)
