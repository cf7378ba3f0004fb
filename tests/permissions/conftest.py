"""One world for all tests of who may do what: built once, committed, and left as it was by every call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connections

from rollout.organisations import hosts
from tests import databases
from tests.permissions import house
from tests.permissions.matrix import TALLIES, Street

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Street]]:
    """A database in which every address has something to show, and everybody in front of it."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_permissions") as name:
        databases.use(name)
        hosts.forget()
        made = Street(house.build())
        made.settle_in()
        TALLIES.append(made.tally)
        databases.use(run)
        yield name, made


@pytest.fixture(scope="module")
def street(built: tuple[str, Street], django_db_blocker: Any) -> Iterator[Street]:
    """Everybody in front of the house. Tests leave it as it was."""
    run = connections["default"].settings_dict["NAME"]
    name, made = built
    with django_db_blocker.unblock():
        databases.use(name)
        logging.disable(logging.WARNING)  # thousands of refusals are what is wanted here
        yield made
        logging.disable(logging.NOTSET)
        databases.use(run)


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
