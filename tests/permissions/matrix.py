"""Who is answered what: from the declarations, for every address, person, object and method."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import PROVED, SessionStore, hashed
from rollout.audit.models import Event as PlatformEvent
from rollout.kernel.tenancy import PARTNER
from tenants.audit.models import Event
from tenants.members.models import Role
from tests import world
from tests.permissions.doors import ALL, CLOSELY, NOT_MEMBERS, Door, answer_of
from tests.permissions.doors_open import DOORS
from tests.permissions.house import ELSEWHERE, OTHER, OWN, House, Things
from tests.permissions.knocking import Answer, Knocker, undone
from tests.permissions.may import may
from tests.permissions.routes import ORGANISATION, SIGN_IN, Route
from tests.world_accounts import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.organisations.models import Organisation

METHODS: tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
CROSSED, NOT_THERE, RANDOM = "somebody else's under one's own", "one that is not there under one's own", "random"
ENTER = {ORGANISATION: "north.localhost", SIGN_IN: settings.BASE_HOST}


@dataclass
class Tally:
    """What was called, and how it was answered."""

    what: str = "addresses"
    calls: int = 0
    allowed: int = 0
    refused: int = 0
    reached: set[tuple[str, str]] = field(default_factory=set)
    """Address and method, once answered with success."""
    statuses: Counter[int] = field(default_factory=Counter)


TALLIES: list[Tally] = []
"""What this run called, for its last lines."""


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
                    cookies: Any = {}
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
        for session in Session.objects.all():  # the run may take longer than a proof is fresh
            self._prove(session)
        account = Account.objects.get(pk=people["plain"].pk)
        self.house.things[OWN] |= {"account": account.pk, "address": account.email}

    @staticmethod
    def _prove(session: Session) -> None:
        store = SessionStore()
        data = store.decode(session.session_data)
        data[PROVED] = (timezone.now() + timedelta(hours=1)).isoformat()
        session.session_data = store.encode(data)
        session.save(update_fields=["session_data"])

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
            yield NOT_THERE, {**nothing, first: mine[first], **{name: mine[name] for name in door.words}}
            if all(door.takes[name] in things[OTHER] for name in rest):
                yield CROSSED, {**self._values(route, door, OTHER), first: mine[first]}

    def calls(self, route: Route, door: Door, who: str) -> Iterator[tuple[str, Things, str]]:
        """What somebody calls: whose object, its values in the address, and the method.

        Whoever has the object calls it with what the address offers and a method that it does not; the first of them
        with every method, and all of them every other object with what the address offers.
        To everybody else that object is somebody else's already: they call it with what the address offers, and
        open one that is not there. Two of those who hold the permission do more: they call another organisation's,
        send to what is not there, and use a method that is not offered.
        """
        offered = tuple(method.upper() for method in route.methods)
        methods: tuple[str, ...]
        for whose, values in self.objects(route, door):
            let_in = self.lets_in(route, who, "GET")
            closely = let_in and who in CLOSELY
            if self.is_there(route, door, who, whose) and let_in:
                methods = METHODS if who == door.who[0] else (*offered, "PUT")
            elif who in door.who:
                methods = ("GET", "POST", "DELETE") if whose == RANDOM else ("GET", "POST")
            elif whose == OWN:
                methods = (*offered, "PUT") if closely else offered
            elif whose == RANDOM:
                methods = offered if closely else offered[:1]
            elif whose == ELSEWHERE and closely:
                methods = offered[:1]
            else:
                continue
            for method in methods:
                yield whose, values, method

    def _values(self, route: Route, door: Door, whose: str) -> Things:
        things = self.house.things[whose]
        return {name: things[door.takes[name]] for name in route.parameters if door.takes[name] in things}

    @staticmethod
    def _random(kind: str) -> str:
        if kind == "int":
            return str(secrets.randbelow(10**9) + 10**9)
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

    def comes_prepared(self, route: Route, door: Door, who: str, method: str) -> bool:
        """Whether something has to be done before this call can be let in."""
        verb = "get" if method == "HEAD" else method.lower()
        offered = verb in route.methods or door.each_time
        return door.before is not None and offered and not door.turned_back(who)

    # Calling

    def arrive(self, route: Route, door: Door, who: str, method: str) -> tuple[Knocker, Things]:
        """Somebody's browser at a door, and what it has in its hands."""
        knocker, things = self.knocker(who, route), self.house.things[OWN]
        if door.before and self.comes_prepared(route, door, who, method):
            things = things | door.before(knocker, things)
        return knocker, things

    def call(self, route: Route, door: Door, arrived: tuple[Knocker, Things], values: Things, method: str) -> Answer:
        """One call, counted."""
        knocker, things = arrived
        data: Any = None
        if method == "POST":
            data = typed_at(door, things)
        elif method in ("GET", "HEAD") and door.asks:
            data = {name: things[key] for name, key in door.asks.items() if key in things}
        answer = knocker(method, route.address(**values), data)
        self.tally.calls += 1
        self.tally.statuses[answer.status] += 1
        return answer

    def recorded(self) -> Counter[str]:
        """How often each act stands in the record, as far as the pair and the rollout leads may read it."""
        people: dict[str, Any] = self.house.people
        partners = ((people[PARTNER], PARTNER), (self.house.partner_of_partner, PARTNER))
        return recorded(self.house.organisation, *partners, (people[Role.ROLLOUT_LEAD], Role.ROLLOUT_LEAD))


def recorded(organisation: Organisation, *readers: tuple[Any, str]) -> Counter[str]:
    """How often each act stands in the record: what these people read in these hats, and the operators' record."""
    found = dict(PlatformEvent.objects.values_list("pk", "action"))
    for reader, hat in readers:
        with world.inside(organisation, reader, hat):
            found |= dict(Event.objects.values_list("pk", "action"))
    return Counter(found.values())


def typed_at(door: Door, things: Things) -> Things:
    """What is typed at a door; nothing by those who do not have in their hands what it asks for."""
    try:
        return dict(door.typed(things) if callable(door.typed) else door.typed)
    except KeyError:
        return {}


def contents() -> dict[str, str]:
    """A fingerprint of every table of every schema, as the server's administrator sees them."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"]) as admin:
        tables = admin.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        each = (f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
                for (table,) in tables)  # fmt: skip
        query: Any = " UNION ALL ".join(each)
        return {table: print_ or "" for table, print_ in admin.execute(query)}


__all__ = ["DOORS", "METHODS", "Street", "Tally", "contents", "recorded", "undone"]
