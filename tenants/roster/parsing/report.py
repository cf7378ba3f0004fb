"""What a roster file was found to say, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy
from django.utils.text import format_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

LONGEST_SHOWN_VALUE = 80


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person to invite. `roles` holds "partner" for everybody who has a side."""

    row: int
    name: str
    email: str
    site: str
    side: str
    kind: str
    roles: tuple[str, ...]
    pair: str
    shared_task: str


@dataclass(frozen=True, slots=True)
class RosterPair:
    """Two people, one of each side, whom the lead proposes as a pair."""

    label: str
    citizen_row: int
    professional_row: int
    shared_task: str


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Something to mend in the file. `row` is the row as a spreadsheet numbers it; None means the whole file."""

    row: int | None
    column: str | None
    code: str
    message: str | _StrPromise
    value: str


@dataclass(frozen=True, slots=True)
class ParsedRoster:
    """A roster as read. `digest` is the SHA-256 of the file, to tell whether two uploads are the same file."""

    people: tuple[RosterPerson, ...]
    pairs: tuple[RosterPair, ...]
    problems: tuple[RosterProblem, ...]
    digest: str

    @property
    def ok(self) -> bool:
        """Whether the roster may be used. One problem anywhere stops all of it."""
        return not self.problems


class Unreadable(Exception):
    """The file as a whole cannot be read; holds the problems to show. Never leaves this package."""

    def __init__(self, *problems: RosterProblem) -> None:
        super().__init__(*(problem.code for problem in problems))
        self.problems = problems


def problem(
    code: str,
    message: str | _StrPromise,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str = "",
    **words: Any,
) -> RosterProblem:
    """A problem whose message is put together only when it is read, in the reader's language."""
    shown = shown_value(value)
    return RosterProblem(row, column, code, format_lazy(message, value=shown, **words), shown)


def shown_value(value: str) -> str:
    """The value as it may be printed: short, and without characters that hide or turn text around."""
    cut = value[:LONGEST_SHOWN_VALUE] + ("…" if len(value) > LONGEST_SHOWN_VALUE else "")
    return "".join(" " if sign.isspace() else "\ufffd" if _is_unprintable(sign) else sign for sign in cut)


def _is_unprintable(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _join(parts: Iterable[object]) -> str:
    return ", ".join(str(part) for part in parts)


listed = lazy(_join, str)
"""Words that may need translating, joined by commas when they are read."""
