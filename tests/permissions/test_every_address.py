"""Every address × every role × whose object × every method, compared with what the addresses declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.permissions.doors import ALL, Door
from tests.permissions.house import OWN, Things
from tests.permissions.matrix import CROSSED, DOORS, NOT_THERE, Street, contents, undone
from tests.permissions.routes import Route, pages

HARMLESS = {
    "public.accounts_session": "when a session was used last",
    "public.accounts_tries": "how often somebody asked lately: the next try clears away what is old",
}
PARTS = sorted({route.part for route in pages()})


def test_every_address_has_a_door_and_every_door_an_address():
    assert sorted(DOORS) == sorted(str(route) for route in pages())


@dataclass
class Seen:
    """What one address answered."""

    route: Route
    door: Door
    wrong: list[Any] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    """Tables that a GET wrote."""
    reached: set[str] = field(default_factory=set)
    """Methods that were answered with success."""

    def note(self, *what: Any) -> None:
        self.wrong.append((str(self.route), *what))


@pytest.fixture(scope="module")
def unchanged(street: Street) -> Iterator[None]:
    """Whatever was called, the house is as it was: nobody who was refused has left anything."""
    before = contents()
    yield
    after = contents()
    assert {table for table in after if after[table] != before[table]} <= set(HARMLESS)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.usefixtures("unchanged")
def test_every_address_answers_what_it_declares(street: Street, part: str):
    for route in pages():
        if route.part == part:
            seen = Seen(route, DOORS[str(route)])
            for who in ALL:
                knock(street, seen, who)
            assert seen.wrong == []
            assert seen.written == set(seen.door.leaves), f"{route} writes when it is read"
            assert {method.upper() for method in route.methods} <= seen.reached, f"{route} was never let in"


def knock(street: Street, seen: Seen, who: str) -> None:
    """One person calls an address in every way."""
    route, door, told = seen.route, seen.door, defaultdict(list)
    for whose, values, method in street.calls(route, door, who):
        answer, written, recorded = called(street, seen, who, whose, values, method)
        wanted = street.expected(route, door, who, whose, method)
        if answer.status != wanted:
            seen.note(who, whose, method, f"{answer.status} instead of {wanted}", answer.trouble[-2000:])
        if method != "POST":
            seen.written |= written
        elif recorded is not None and (recorded != sorted(door.records) or not (written or door.silent)):
            seen.note(who, "recorded", recorded, "instead of", sorted(door.records), "writing", sorted(written))
        if not street.is_there(route, door, who, whose):
            told[method].append((whose, values, answer))
    for method, turned_away in told.items():
        answers = {answer.seen(*map(str, values.values())) for _whose, values, answer in turned_away}
        if len(answers) > 1:
            seen.note(who, method, "hidden and missing are not the same", *answers)
        for group in (behind_ones_own, out_of_sight):
            calls = [(whose, values, answer.asked) for whose, values, answer in turned_away if group(whose)]
            if len({asked for *_, asked in calls}) > 1 and (differ := asked_again(street, seen, who, calls, method)):
                seen.note(who, method, "the database is asked differently", *differ)


def behind_ones_own(whose: str) -> bool:
    """What is looked for behind something that the person has."""
    return whose in (CROSSED, NOT_THERE)


def out_of_sight(whose: str) -> bool:
    """What is not there from its first name on."""
    return not behind_ones_own(whose)


def asked_again(street: Street, seen: Seen, who: str, calls: list[Any], method: str) -> set[tuple[str, ...]]:
    """What the database is asked the second time, where that differs: the first may have found things to remember."""
    asked = {called(street, seen, who, whose, values, method)[0].asked for whose, values, _ in calls}
    return asked if len(asked) > 1 else set()


def called(street: Street, seen: Seen, who: str, whose: str, values: Things, method: str) -> Any:
    """One call: its answer, the tables that it wrote, and what it recorded if it acted. What it did is taken back."""
    route, door = seen.route, seen.door
    if not street.takes_effect(route, door, who, whose, method) and not door.each_time:
        street.tally.refused += 1
        return street.call(route, door, street.arrive(route, door, who, method), values, method), set(), None
    acts = method == "POST" and "post" in route.methods and whose == OWN and who == door.who[0]
    recorded = None
    with undone() as written:
        arrived = street.arrive(route, door, who, method)
        known = street.recorded() if acts else None
        written.start()
        answer = street.call(route, door, arrived, values, method)
        if known is not None:
            recorded = sorted((street.recorded() - known).elements())
    if answer.status < 400:
        street.tally.allowed += 1
        street.tally.reached.add((str(route), method))
        seen.reached.add(method)
    return answer, written, recorded


def declared_silence() -> Iterator[str]:
    for name, door in DOORS.items():
        if door.silent and door.records:
            yield name


def test_an_address_either_records_or_says_why_not():
    writing = {str(route) for route in pages() if "post" in route.methods}
    assert {name for name in writing if not DOORS[name].records and not DOORS[name].silent} == set()
    assert list(declared_silence()) == []
    assert {name for name, door in DOORS.items() if (door.records or door.silent) and name not in writing} == set()
