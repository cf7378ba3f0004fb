"""Whether the rows fit each other: nobody twice, and two people of opposite sides in each pair."""

import unicodedata
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from tenants.roster.parsing.columns import CITIZEN, Column
from tenants.roster.parsing.report import RosterPair, RosterProblem, problem
from tenants.roster.parsing.rows import Draft

MOST_ROWS_NAMED = 5


def disagreements_between(drafts: Sequence[Draft]) -> list[RosterProblem]:
    """Every problem that only shows when rows are read together. Each is told at the later row."""
    problems = list(_people_twice(drafts))
    for members in _by_label(drafts):
        problems += _pair_problems(members)
    return problems


def pairs_of(drafts: Sequence[Draft]) -> tuple[RosterPair, ...]:
    """The pairs that the lead proposes and that have no problem of their own."""
    pairs = []
    for members in _by_label(drafts):
        if _pair_problems(members) or any(draft.problems for draft in members):
            continue
        first, second = members
        citizen, professional = (first, second) if first.side == CITIZEN else (second, first)
        pairs.append(
            RosterPair(
                label=first.pair,
                citizen_row=citizen.row,
                professional_row=professional.row,
                shared_task=first.shared_task or second.shared_task,
            )
        )
    return tuple(pairs)


def _people_twice(drafts: Iterable[Draft]) -> Iterable[RosterProblem]:
    first_with: dict[str, Draft] = {}
    for draft in drafts:
        if not draft.email:
            continue
        first = first_with.setdefault(draft.email, draft)
        if first is draft:
            continue
        if first.side and draft.side and first.side != draft.side:
            code = "person_on_both_sides"
            message = _(
                "“{value}” already stands in row {other}, on the other side. "
                "One person can be on one side only. Keep one of the two rows."
            )
        else:
            code = "email_twice"
            message = _(
                "“{value}” already stands in row {other}. Keep one row for each person, and put all their roles in it."
            )
        yield problem(code, message, row=draft.row, column=Column.EMAIL, value=draft.email, other=first.row)


def _by_label(drafts: Iterable[Draft]) -> Iterable[list[Draft]]:
    together: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.pair:
            together.setdefault(_folded_label(draft.pair), []).append(draft)
    return together.values()


def _folded_label(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def _pair_problems(members: Sequence[Draft]) -> list[RosterProblem]:
    first, others = members[0], members[1:]
    if not others:
        return [
            problem(
                "pair_of_one",
                _(
                    "The pair “{value}” stands in this row only. Give the other partner's row the same label, "
                    "or remove the label: people can also find each other later."
                ),
                row=first.row,
                column=Column.PAIR,
                value=first.pair,
            )
        ]
    if len(members) > 2:
        named = ", ".join(str(draft.row) for draft in members[:MOST_ROWS_NAMED])
        rows = named + (" …" if len(members) > MOST_ROWS_NAMED else "")
        return [
            problem(
                "pair_of_many",
                _(
                    "The pair “{value}” stands in {count} rows: {rows}. "
                    "A pair is two people. Give the others another label."
                ),
                row=draft.row,
                column=Column.PAIR,
                value=draft.pair,
                count=len(members),
                rows=rows,
            )
            for draft in members[2:]
        ]
    second = others[0]
    problems = []
    if first.side and first.side == second.side:
        problems.append(
            problem(
                "pair_on_one_side",
                _(
                    "The pair “{value}” has the same side here and in row {other}. "
                    "A pair is one citizen partner and one professional partner."
                ),
                row=second.row,
                column=Column.PAIR,
                value=second.pair,
                other=first.row,
            )
        )
    if first.shared_task and second.shared_task and first.shared_task.split() != second.shared_task.split():
        problems.append(
            problem(
                "tasks_differ",
                _(
                    "The pair “{pair}” has another shared task in row {other}. "
                    "Write the same text in both rows, or leave one of them empty."
                ),
                row=second.row,
                column=Column.SHARED_TASK,
                value=second.shared_task,
                pair=second.pair,
                other=first.row,
            )
        )
    return problems
