"""Rules about pairs: who sits in one, and whom a pair's grants let in."""

from __future__ import annotations

from rollout.kernel.privacy import Outside, Rule, Within, Without


def seats(column: str = "pair_id") -> Rule:
    """The two partners who sit in the pair now, wearing the partner's hat."""
    return Within("own_pairs", column=column)


def own_seat(column: str = "seat_id") -> Rule:
    """The seat is the person's own, so nobody signs or speaks for the partner."""
    return Within("own_seats", column=column)


def of_seats_i_met(column: str = "seat_id") -> Rule:
    """The row is of nobody who left before I came, and of nobody who hid their own things from me on leaving."""
    return Without("hidden_seats", column=column)


def of_nobody_who_hid(column: str = "seat_id") -> Rule:
    """The row is of nobody who hid their own things on leaving. Whoever comes after somebody else reads it."""
    return Without("hiding_seats", column=column)


def of_my_chapters(moment: str) -> Rule:
    """The row is not of a time before I came, in which somebody sat here who had left by then."""
    return Outside("earlier_chapters", column="pair_id", moment=moment)


def granted(row_class: str, column: str = "pair_id") -> Rule:
    """The two partners, and those to whom a live grant shows this class of the pair's rows."""
    return Within("readable_pairs", row_class, column=column)


def granted_item(row_class: str, item: str = "id") -> Rule:
    """The two partners, and those to whom a live grant shows this very row."""
    return granted(row_class) & (seats() | Within("granted_items", row_class, column=item))
