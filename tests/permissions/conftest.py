"""Every test of who may do what begins without a memory of earlier tries, and the run says how much was called."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests.permissions.matrix import TALLIES


@pytest.fixture(autouse=True)
def _no_memory_of_tries() -> None:
    cache.clear()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was called."""
    for tally in TALLIES:
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
        terminalreporter.write_line(
            f"{tally.what}: {tally.calls} calls ({tally.allowed} let in, {tally.refused} refused),"
            f" {len(tally.reached)} reached with success; answers {answers}"
        )
