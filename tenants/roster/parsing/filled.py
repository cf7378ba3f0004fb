"""How much of a file is kept: the rows that hold something, up to a limit, each cut to a sensible width."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from tenants.roster.parsing.report import Unreadable, problem

MAX_ROWS = 10_000
# A roster has 8 columns. A wider row is cut, and keeps one filled cell of the rest to be complained about.
MOST_CELLS_KEPT = 40

Row = tuple[int, tuple[str, ...]]


def filled(rows: Iterable[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows with at least one filled cell. Stops reading as soon as there are too many of them."""
    kept: list[Row] = []
    for number, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        if len(kept) > MAX_ROWS:
            raise Unreadable(
                problem(
                    "too_many_rows", _("The file has more than 10,000 people. Split the roster into several files.")
                )
            )
        rest = [cell for cell in cells[MOST_CELLS_KEPT:] if cell.strip()]
        kept.append((number, (*cells[:MOST_CELLS_KEPT], *rest[:1])))
    return kept
