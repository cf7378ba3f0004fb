"""Who is answered what: from the declarations, for every address, person, object and method."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import connections

from rollout.accounts.models import Account
from rollout.accounts.sessions import hashed
from rollout.kernel.tenancy import PARTNER
from tenants.audit.models import Event
from tenants.members.models import Role
from tests import world
from tests.permissions.doors import ALL, NOT_MEMBERS, Door, answer_of
from tests.permissions.doors_open import DOORS
from tests.permissions.house import ELSEWHERE, OTHER, OWN, STATE, House, Things
from tests.permissions.knocking import Answer, Knocker, undone
from tests.permissions.may import may
from tests.permissions.routes import ORGANISATION, SIGN_IN, Route
from tests.world_accounts import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
CROSSED, NOT_THERE, RANDOM = "somebody else's under one's own", "one that is not there under one's own", "random"
ENTER = {ORGANISATION: "north.localhost", SIGN_IN: settings.BASE_HOST}


@dataclass
class Tally:
    """What was called, and how it was answered."""

    calls: int = 0
    allowed: int = 0
    refused: int = 0
    reached: set[tuple[str, str]] = field(default_factory=set)
    """Address and method, once answered with success."""
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class Street:
    """The house with everybody's browsers in front of it."""

    house: House
    tally: Tally = field(default_factory=Tally)

    @cached_property
    def knockers(self) -> dict[tuple[str, str], Knocker]:
        """Everybody's browser, on both hosts."""
        found = {}
        for who in ALL:
            person = self.house.people[who]
            for host, name in ENTER.items():
                if person is None:
                    cookies = {}
                elif host == ORGANISATION:
                    cookies = world.browser(person, self.house.organisation).cookies  # type: ignore[arg-type]
                else:
                    cookies = signed_in(Account.objects.get(pk=person.pk)).cookies
                found[who, host] = Knocker(name, {key: morsel.value for key, morsel in cookies.items()})
        return found

    def settle_in(self) -> None:
        """Open everybody's sessions, and name those that addresses end."""
        people: dict[str, Any] = self.house.people
        for whose, who in ((OWN, "plain"), (OTHER, PARTNER)):
            elsewhere = signed_in(Account.objects.get(pk=people[who].pk))
            self.house.things[whose]["session"] = hashed(elsewhere.cookies[settings.SESSION_COOKIE_NAME].value)
        assert self.knockers  # signing in is kept, so it comes before anything is called
        account = Account.objects.get(pk=people["plain"].pk)
        self.house.things[OWN] |= {"account": account.pk, "address": account.email}

    def knocker(self, who: str, route: Route) -> Knocker:
        """Somebody's browser as it was, whatever was called before."""
        known = self.knockers[who, route.host]
        return replace(known, cookies=dict(known.cookies))

    # What is called

    def objects(self, route: Route, door: Door) -> Iterator[tuple[str, Things]]:
        """The objects that an address can be asked about: whose, and the values in the address."""
        if not route.parameters:
            yield OWN, {}
            return
        things = self.house.things
        yield OWN, self._values(route, door, OWN)
        for whose in (OTHER, ELSEWHERE):
            if all(name in things[whose] for name in door.takes.values()):
                yield whose, self._values(route, door, whose)
        nothing = {name: self._random(kind) for name, kind in route.parameters.items()}
        yield RANDOM, nothing
        if len(route.parameters) > 1 and route.host == ORGANISATION:
            first, *rest = route.parameters
            mine = self._values(route, door, OWN)
            yield NOT_THERE, {**nothing, first: mine[first]}
            if all(door.takes[name] in things[OTHER] for name in rest):
                yield CROSSED, {**self._values(route, door, OTHER), first: mine[first]}

    def calls(self, route: Route, door: Door, who: str) -> Iterator[tuple[str, Things, str]]:
        """What somebody calls: whose object, its values in the address, and the method.

        Whoever has the object calls it with every method, and every other object with what the address offers.
        To everybody else that object is somebody else's already: it is called beside another organisation's and
        one that is not there, with what the address offers, and with a method that it does not.
        """
        offered = [method.upper() for method in route.methods]
        for whose, values in self.objects(route, door):
            if self.is_there(route, door, who, whose) and self.lets_in(route, who, "GET"):
                methods = METHODS
            elif who in door.who:
                methods = ("GET", "POST", "DELETE") if whose == RANDOM else ("GET", "POST")
            elif whose == OWN:
                methods = (*offered, "PUT")
            elif whose == RANDOM:
                methods = (*offered, "DELETE")
            elif whose == ELSEWHERE:
                methods = tuple(offered[:1])
            else:
                continue
            for method in methods:
                yield whose, values, method

    def _values(self, route: Route, door: Door, whose: str) -> Things:
        things = self.house.things[whose]
        return {name: things[door.takes[name]] for name in route.parameters if door.takes[name] in things}

    @staticmethod
    def _random(kind: str) -> str:
        return str(uuid.uuid4()) if kind == "uuid" else secrets.token_hex(20)

    # What is answered

    def lets_in(self, route: Route, who: str, method: str) -> bool:
        """Whether the permission of an address lets somebody in, whatever the object."""
        if route.is_open:
            return True
        if who in NOT_MEMBERS:
            return False
        permission = route.operations.get(method.lower()) or next(iter(route.operations.values()))
        return may(permission, route.capacity or PARTNER, frozenset({who}))

    def expected(self, route: Route, door: Door, who: str, whose: str, method: str) -> int:
        """The status that the declarations promise."""
        if not route.is_open and who == "anonymous":
            return 302
        if not self.lets_in(route, who, method):
            return 404
        if turned_back := door.turned_back(who):
            return turned_back
        if method == "OPTIONS":
            return 200
        verb = "get" if method == "HEAD" else method.lower()
        if verb not in route.methods:
            return 405
        if not self.is_there(route, door, who, whose):
            return answer_of(door.missing, who)
        return answer_of(door.get if verb == "get" else door.post, who)

    def is_there(self, route: Route, door: Door, who: str, whose: str) -> bool:
        """Whether the object exists for this person."""
        return not route.parameters or ((whose == OWN or whose in door.shared) and who in door.who)

    def takes_effect(self, route: Route, door: Door, who: str, whose: str, method: str) -> bool:
        """Whether a call is let in and does what the address is for."""
        verb = "get" if method == "HEAD" else method.lower()
        return (
            verb in route.methods
            and self.lets_in(route, who, method)
            and not door.turned_back(who)
            and self.is_there(route, door, who, whose)
        )

    # Calling

    def call(self, route: Route, door: Door, who: str, values: Things, method: str, **more: Any) -> Answer:
        """One call, counted."""
        knocker = self.knocker(who, route)
        if door.before and not door.turned_back(who):
            getattr(self, door.before)(knocker)
        things = self.house.things[OWN]
        data: Any = None
        if method == "POST":
            data = dict(door.typed(things) if callable(door.typed) else door.typed)
        elif method in ("GET", "HEAD") and door.asks:
            data = {name: things[key] for name, key in door.asks.items()}
        answer = knocker(method, route.address(**values), data, **more)
        self.tally.calls += 1
        self.tally.statuses[answer.status] += 1
        return answer

    def with_state(self, knocker: Knocker) -> None:
        """The browser keeps the secret that it started entering with."""
        knocker.cookies["entry"] = STATE

    def asking_for_a_code(self, knocker: Knocker) -> None:
        """The browser asks for a code first."""
        cache.clear()
        knocker("POST", "/sign-in/", {"email": self.house.things[OWN]["address"]})

    def recorded(self) -> Counter[str]:
        """How often each act stands in the record, as far as the pair and the rollout leads may read it."""
        people, found = self.house.people, {}
        readers = ((people[PARTNER], PARTNER), (self.house.partner_of_partner, PARTNER),
                   (people[Role.ROLLOUT_LEAD], Role.ROLLOUT_LEAD))  # fmt: skip
        for reader, hat in readers:
            with world.inside(self.house.organisation, reader, hat):  # type: ignore[arg-type]
                found |= dict(Event.objects.values_list("pk", "action"))
        return Counter(found.values())


def contents() -> dict[str, str]:
    """A fingerprint of every table of every schema, as the server's administrator sees them."""
    found = {}
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"]) as admin:
        tables = admin.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            query: Any = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            (row,) = admin.execute(query).fetchall()
            found[table] = row[0] or ""
    return found


__all__ = ["DOORS", "METHODS", "Street", "Tally", "contents", "undone"]
