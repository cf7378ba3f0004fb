"""A pair after two years: every page asks the database as often as on the first day, and stays as short."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests import databases, world
from tests.permissions.doors_open import DOORS
from tests.permissions.house import of_a_pair
from tests.permissions.routes import ORGANISATION, pages
from tests.tenants.pairs.test_pages import MOST
from tests.world_years import WEEKS, grow_old

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

HOME, PAIR = "/pairs/", "/pairs/<uuid:pair>/"
OF_PAGE = 22
LONGEST = 100_000
LONG = {"/pairs/<uuid:pair>/show/": "it offers all that the two can show, with a box for each"}
PRINTED = ("/paper/", "/script/")
"""Sheets that are the same for every pair, and take long to draw."""
ONCE = {
    "agreement_linekey", "agreement_needshare", "agreement_sharedline", "agreement_timeagreement", "agreement_timekey",
    "applications_application", "applications_owntext", "audit_event", "conversations_readmark",
    "projects_sharedtask", "relationship_timereason", "workplan_framekey", "workplan_projectframe",
}  # fmt: skip
"""What there is once of a kind, and what is counted elsewhere."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page cost, and what came."""

    status: int
    asked: int
    length: int
    is_page: bool


@dataclass(frozen=True, slots=True)
class Years:
    """Every page of a pair, before and after two years, and how many rows each table had then and has now."""

    first: dict[str, Look]
    last: dict[str, Look]
    rows: dict[str, tuple[int, int]]


def addresses(things: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every page of a pair that its partner can open, by the pattern of its address."""
    yield HOME, HOME
    for route in pages():
        door = DOORS[str(route)]
        is_there = route.parameters and set(door.takes.values()) <= set(things) and not route.path.endswith(PRINTED)
        if route.host == ORGANISATION and "get" in route.methods and "partner" in door.who and is_there:
            asked = "&".join(f"{name}={things[thing]}" for name, thing in door.asks.items())
            path = route.address(**{name: things[thing] for name, thing in door.takes.items()})
            yield route.path, f"{path}?{asked}" if asked else path


def look(client: Client, address: str) -> Look:
    """Open one address. Beginning and ending a transaction does not count."""
    with (
        CaptureQueriesContext(connections["default"]) as one,
        CaptureQueriesContext(connections["platform"]) as other,
    ):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
    asked = [query["sql"].lstrip("(") for query in (*one, *other)]
    return Look(
        response.status_code,
        sum(sql.startswith("SELECT") and "set_config" not in sql for sql in asked),
        len(body),
        response.headers["Content-Type"].startswith("text/html"),
    )


def again(client: Client, address: str, first: Look) -> Look:
    """Open it after the years; twice, where only somebody had to be looked up again after a while."""
    found = look(client, address)
    return look(client, address) if found.asked > first.asked else found


@pytest.fixture(scope="module")
def years(django_db_setup: None, django_db_blocker: Any) -> Iterator[Years]:
    """Every page, as one of the two gets it."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_years") as name:
        databases.use(name)
        hosts.forget()
        logging.disable(logging.WARNING)
        organisation = Organisation.objects.get(slug="north")
        shop, things = of_a_pair(organisation, "Years")
        client = world.browser(shop.professional, organisation)
        client.get(HOME)
        first = {pattern: look(client, address) for pattern, address in addresses(things)}
        rows = grow_old(organisation, shop.pair.pk)
        last = {pattern: again(client, address, first[pattern]) for pattern, address in addresses(things)}
        logging.disable(logging.NOTSET)
        databases.use(run)
        yield Years(first, last, rows)


def test_two_years_have_left_something_in_every_room(years):
    assert {table for table, (had, has) in years.rows.items() if had > 0 and has - had < 5} == ONCE
    assert years.rows["conversations_message"][1] > 4 * WEEKS - 10
    assert years.rows["instruments_round"][1] > WEEKS
    assert years.rows["workplan_measurevalue"][1] > WEEKS
    assert len(years.first) > 120


def test_every_page_asks_as_often_after_two_years_as_on_the_first_day(years):
    assert {pattern: look.status for pattern, look in years.last.items() if look.status != 200} == {}
    grown = {
        pattern: (years.first[pattern].asked, look.asked)
        for pattern, look in years.last.items()
        if look.asked > years.first[pattern].asked  # what is read for the first time is noted, and that costs
    }
    assert grown == {}
    assert years.last[HOME].asked <= MOST
    assert years.last[PAIR].asked == OF_PAGE


def test_every_page_stays_short(years):
    long = {pattern: look.length for pattern, look in years.last.items() if look.is_page and look.length > LONGEST}
    assert {pattern: length for pattern, length in long.items() if pattern not in LONG} == {}
    assert set(long) == set(LONG)
