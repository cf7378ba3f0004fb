"""What a door is: who is let in at an address, with what, and what it leaves in the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollout.kernel import clock
from tests.permissions.house import Things

Typed = Mapping[str, Any] | Callable[[Things], Mapping[str, Any]]
ALL = ("anonymous", "stranger", "plain", "partner", "sponsor", "board_member", "board_secretary", "rollout_lead",
       "finance", "facilitator", "provider_lead", "operator")  # fmt: skip
SIGNED_IN = tuple(who for who in ALL if who != "anonymous")
NOT_MEMBERS = ("anonymous", "stranger", "operator")
CLOSELY = ("plain", "rollout_lead")
"""Of those whom an address is not there for, these two are tried in every way: a member without an office, and the
office that would most like to know. The others differ from them by their office alone, which the same rule reads."""
MEMBERS = tuple(who for who in ALL if who not in NOT_MEMBERS)


@dataclass(frozen=True)
class Door:
    """One address as people meet it.

    `who` are those for whom the object is there, the first one acts. Of a page without an object they are all
    whom its permission lets in, and `who` names the one that acts.
    """

    who: tuple[str, ...]
    takes: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the address, by the names of things."""
    words: tuple[str, ...] = ()
    """Parameters that are words of the house: what is not there is named with the same word."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """The query of a GET, by the names of things."""
    get: int | Mapping[str, int] = 200
    """What a GET answers those who are let in; per person where it differs, "else" for the others."""
    post: int | Mapping[str, int] = 302
    typed: Typed = field(default_factory=dict)
    missing: int | Mapping[str, int] = 404
    """What everybody is answered about an object that is hidden or not there."""
    records: tuple[str, ...] = ()
    """The audit entries of a POST."""
    silent: str = ""
    """Why a POST leaves no audit entry."""
    leaves: Mapping[str, str] = field(default_factory=dict)
    """Tables that a GET may write, and why."""
    shared: tuple[str, ...] = ()
    """Whose things besides their own these people see as well."""
    gate: Mapping[str, int] = field(default_factory=dict)
    """The answer to whoever is turned back before anything else is looked at, by person or "else"; 0 lets in."""
    before: Callable[[Any, Things], Things] | None = None
    """What the browser does first; what it brings along is told to `typed`."""

    each_time: bool = False
    """Whether nothing at all is answered, also to a method that is not offered, before that was done."""

    def turned_back(self, who: str) -> int:
        """The answer at the gate; 0 for those who are let in."""
        return self.gate.get(who, self.gate.get("else", 0))


def answer_of(answers: int | Mapping[str, int], who: str) -> int:
    """The answer for one person."""
    return answers if isinstance(answers, int) else answers.get(who, answers["else"])


def boxes(name: str, days_ago: int) -> dict[str, int]:
    """A date as it is typed."""
    moment = clock.today().fromordinal(clock.today().toordinal() - days_ago)
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year}
