"""Rules about people: who is a member, and who holds which office while wearing its hat."""

from __future__ import annotations

from rollout.kernel.privacy import Answers, AnyOf, Rule


def members() -> Rule:
    """Any signed-in member of this organisation, in any capacity."""
    return Answers("is_member")


def office(*roles: str) -> Rule:
    """A member who holds one of these offices and is wearing its hat."""
    rules = [Answers("holds_office", role) for role in roles]
    return rules[0] if len(rules) == 1 else AnyOf(*rules)
