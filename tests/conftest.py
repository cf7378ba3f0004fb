"""Two organisations exist in every run; every test is rolled back on both aliases."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.db import connections
from django.test import Client

from rollout.organisations import hosts
from tests import counting, databases, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from rollout.organisations.models import Organisation
    from tenants.members.models import Member
    from tests.permissions.matrix import Street


# How long something takes is for the benchmark to say: a machine that is busy elsewhere fails no test.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # fmt: skip
hypothesis.settings.load_profile("busy")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """One copy of the prepared database for this run."""
    with django_db_blocker.unblock(), databases.copy() as name:
        databases.use(name)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A database test means both aliases, unless it says otherwise."""
    for item in items:
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", ["default", "platform"])
        wants_organisation = {"north", "south"} & set(getattr(item, "fixturenames", ()))
        if wants_organisation and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default", "platform"]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Several workers share the tests in our own way."""
    from tests.sharing import Sharing

    return Sharing(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands what it counted to the one who prints."""
    if (handed := getattr(session.config, "workeroutput", None)) is not None:
        handed["counted"] = counting.counted()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker counted has come."""
    counting.FROM_WORKERS.extend(getattr(node, "workeroutput", {}).get("counted", ()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was called, compared and searched."""
    for line in sorted({*counting.FROM_WORKERS, *counting.counted()}):
        terminalreporter.write_line(line)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, where things are really committed: for jobs, races and broken protection."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_own") as name:
        databases.use(name)
        hosts.forget()
        yield name
    databases.use(run)


@pytest.fixture(autouse=True)
def _forget_hosts() -> Iterator[None]:
    hosts.forget()
    yield
    hosts.forget()


@pytest.fixture
def north(db: None) -> Organisation:
    """A hospital group."""
    from rollout.organisations.models import Organisation

    return Organisation.objects.get(slug="north")


@pytest.fixture
def south(db: None) -> Organisation:
    """Another trust, which must never see anything of the first."""
    from rollout.organisations.models import Organisation

    return Organisation.objects.get(slug="south")


@pytest.fixture
def browser_of() -> Callable[[Member | None, Organisation], Client]:
    """A browser on an organisation's host, signed in as a member of it, or as nobody."""

    def _browser(member: Member | None, organisation: Organisation) -> Client:
        return world.browser(member, organisation)

    return _browser


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Street]]:
    """A database in which every address has something to show, and everybody in front of it: built once, committed."""
    from tests.permissions import house
    from tests.permissions.matrix import TALLIES, Street

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's own Chromium."""
    from tests.chromium import chromium

    with chromium() as running:
        yield running
