"""Which column stands where: the first row of a roster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.roster.parsing.cells import formula_problem
from tenants.roster.parsing.columns import COLUMN_OF_HEADING, Column, folded
from tenants.roster.parsing.report import RosterProblem, Unreadable, listed, problem, shown_value

MOST_HEADINGS_NAMED = 12

COLUMN_NAMES = {
    Column.NAME: pgettext_lazy("heading of a roster column", "name"),
    Column.EMAIL: pgettext_lazy("heading of a roster column", "email"),
    Column.SITE: pgettext_lazy("heading of a roster column", "site"),
    Column.SIDE: pgettext_lazy("heading of a roster column", "side"),
    Column.KIND: pgettext_lazy("heading of a roster column", "kind"),
    Column.ROLES: pgettext_lazy("heading of a roster column", "roles"),
    Column.PAIR: pgettext_lazy("heading of a roster column", "pair"),
    Column.SHARED_TASK: pgettext_lazy("heading of a roster column", "shared_task"),
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands in this file."""

    positions: Mapping[Column, int]

    def split(self, cells: Sequence[str]) -> tuple[dict[Column, str], list[str]]:
        """One row as its named cells, and what it holds outside the named columns."""
        named = {column: cells[at] if at < len(cells) else "" for column, at in self.positions.items()}
        places = set(self.positions.values())
        astray = [cell for at, cell in enumerate(cells) if at not in places and cell.strip()]
        return named, astray


def recognised(cells: Sequence[str]) -> int:
    """How many different roster columns these headings name."""
    return len({COLUMN_OF_HEADING.get(folded(cell)) for cell in cells} - {None})


def header_of(rows: Sequence[tuple[int, Sequence[str]]]) -> Header:
    """Read the headings, or refuse the file with everything that is wrong with them."""
    number, cells = rows[0]
    positions: dict[Column, int] = {}
    unknown: list[str] = []
    problems: list[RosterProblem] = []
    for at, cell in enumerate(cells):
        if not cell.strip():
            continue
        if refusal := formula_problem(cell, row=number, column=None):
            problems.append(refusal)
            continue
        column = COLUMN_OF_HEADING.get(folded(cell))
        if column is None:
            unknown.append(cell.strip())
        elif column in positions:
            problems.append(
                problem(
                    "column_twice",
                    _("The column “{name}” stands in the file twice. Keep one of them."),
                    row=number,
                    column=column,
                    value=cell.strip(),
                    name=COLUMN_NAMES[column],
                )
            )
        else:
            positions[column] = at

    missing = [column for column in Column if column not in positions]
    found = _named(cell.strip() for cell in cells if cell.strip())
    if missing:
        problems.append(
            problem(
                "columns_missing",
                _(
                    "The first row must hold the headings. These are missing: {missing}. These were found: {found}. "
                    "Add the missing columns, even if they stay empty, or start from the template."
                ),
                row=number,
                value=found,
                missing=listed([COLUMN_NAMES[column] for column in missing]),
                found=found,
            )
        )
    if unknown:
        extra = _named(unknown)
        problems.append(
            problem(
                "columns_extra",
                _(
                    "A roster does not have these columns: {extra}. Remove them, so that nothing is stored "
                    "that nobody asked for. A roster has these columns: {wanted}."
                ),
                row=number,
                value=extra,
                extra=extra,
                wanted=listed([COLUMN_NAMES[column] for column in Column]),
            )
        )
    if not problems and len(rows) == 1:
        problems.append(problem("no_people", _("The file has headings but no people. Write one row for each person.")))
    if problems:
        raise Unreadable(*problems)
    return Header(positions)


def _named(cells: Iterable[str]) -> str:
    headings = [shown_value(cell) for cell in cells]
    return ", ".join(headings[:MOST_HEADINGS_NAMED]) + (" …" if len(headings) > MOST_HEADINGS_NAMED else "")
