"""Every test of who may do what begins without a memory of earlier tries, and the run says how much was called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from tests import counting
from tests.permissions.matrix import TALLIES

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_memory_of_tries() -> None:
    cache.clear()


@counting.say
def _tallies() -> Iterator[str]:
    for tally in TALLIES:
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
        yield (
            f"{tally.what}: {tally.calls} calls ({tally.allowed} let in, {tally.refused} refused),"
            f" {len(tally.reached)} reached with success; answers {answers}"
        )
