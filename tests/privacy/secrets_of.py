"""Whose secrets rows are, for the words that stand in them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.privacy.people import TWO_HATS, UNSEEN

PAIR = frozenset({UNSEEN, f"{TWO_HATS} as partner"})
ONE = frozenset({UNSEEN})


@dataclass(frozen=True, slots=True)
class Secret:
    """Rows of a model that are secret: which they are, in SQL, and who of those who look may read them."""

    rows: str
    readers: frozenset[str]


OF_THE_PAIR = Secret("{table}.pair_id = (SELECT id FROM pairs_pair WHERE title = 'Zanzibarquill')", PAIR)
OF_ONE = "(SELECT id FROM public.accounts_account WHERE email = 'nadia.unseen@example.net')"
DRAFT = "(SELECT id FROM roster_rosterupload WHERE digest = 'draft')"
