"""What one world shows to everybody who is not of the hidden pair: pages, the API, letters, papers, files, logs, cache.

Every medium is a table of names and bytes, so that two worlds are compared by comparing two tables.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.core import mail
from django.core.cache import cache as memory
from django.test import Client
from django.urls import Resolver404, resolve

from governance.boardpacks import actions as packs
from governance.boardpacks import rendering, tasks
from governance.boardpacks.snapshots import as_json
from governance.boards.models import BoardBody
from governance.exports import rendering as exports
from rollout.accounts.models import Account
from rollout.accounts.sessions import HOST, PROVED, SECOND_FACTOR
from rollout.config.logs import JsonLine, RequestId
from rollout.demo.stage import acting
from rollout.kernel import clock
from rollout.kernel.tenancy import BOARD, PARTNER, in_organisation
from rollout.organisations.models import Organisation
from tenants.members.actions import invite
from tenants.members.models import Role
from tenants.members.tasks import invitation_mail
from tenants.workplan.models import PairFile
from tests.crawl import Walk, plain_addresses, walk
from tests.permissions.knocking import undone
from tests.permissions.may import may
from tests.permissions.routes import API, ORGANISATION, SIGN_IN, Route, operations, routes
from tests.privacy.open_matters import ALONE, CITIZEN, DIRECTOR, LEAD, SECRETARY, starts
from tests.privacy.people import NOW, TWO_HATS, UNSEEN, WITNESS

LOOKING = "callum.reyes-hart@example.org"
OPERATOR = "operator@example.net"
NOBODY = ""
OWN_HOST = "northmoor.localhost"

CAST: Mapping[str, tuple[str, ...]] = {
    LEAD: (PARTNER, Role.ROLLOUT_LEAD),
    "helena.strand@example.org": (PARTNER, Role.SPONSOR),
    TWO_HATS: (Role.SPONSOR,),
    DIRECTOR: (PARTNER, Role.BOARD_MEMBER),
    SECRETARY: (PARTNER, Role.BOARD_SECRETARY),
    "wioletta.zajac@example.org": (PARTNER, Role.FINANCE),
    "freya.ellingsen@example.org": (PARTNER, Role.FACILITATOR),
    "piotr.lindqvist@example.org": (PARTNER, Role.PROVIDER_LEAD),
    CITIZEN: (PARTNER,),
    ALONE: (PARTNER,),
    LOOKING: (PARTNER,),
    "aoife.brennan-hart@example.org": (PARTNER,),
    OPERATOR: (PARTNER,),
    NOBODY: (PARTNER,),
}
"""Who looks, and through which hats: all eight roles, a partner of the hidden pair through their office alone, partners
of a pair that is shown and of one that is not, somebody who looks for a partner, somebody of another organisation,
the operator, and nobody."""
AT_SIGN_IN, AT_THE_DOOR = (LEAD, TWO_HATS, OPERATOR, NOBODY), "on the sign-in host"
"""Where no page knows any organisation's rows: a few people stand for all."""
UNREPEATABLE = {
    "/factors/app/": "offers a fresh random key every time; it knows no organisation",
    "/factors/passkey/": "asks with a fresh random challenge every time; it knows no organisation",
}
"""Pages that no two visits see alike, and why that is so."""
OF_THE_PAIR = frozenset({TWO_HATS, UNSEEN, WITNESS})
_SECRET = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b|(?<=/invitations/)[^/\s]+")
_REQUEST = re.compile(r'"request": "[0-9a-f]{32}"')
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

NAMED_BY = {
    "pair": f"{API}pairs/",
    "result": f"{API}results/",
    "upload": f"{API}roster-uploads/",
}
"""What lists can be asked about, and the list that names it."""
BY_PAIR = (f"{API}balances/", f"{API}meeting-shares/")
"""What there is one of for each pair, under the pair's id."""
NAMING = tuple(NAMED_BY.values())

FOR_A_LEAD = "the data that a lead takes along"
Medium = dict[str, bytes]


@dataclass
class Sight:
    """One world as it is seen: medium → who and where → what."""

    pages: dict[str, Walk] = field(default_factory=dict)
    operations: dict[str, Walk] = field(default_factory=dict)
    letters: Medium = field(default_factory=dict)
    papers: Medium = field(default_factory=dict)
    files: Medium = field(default_factory=dict)
    cache: Medium = field(default_factory=dict)
    log: Medium = field(default_factory=dict)

    def walks(self) -> Iterator[tuple[str, str, Walk]]:
        """Medium, who, and what that person saw."""
        for medium in ("pages", "operations"):
            for who, seen in getattr(self, medium).items():
                yield medium, who, seen

    def differences(self, other: Sight) -> list[tuple[str, str, Any]]:
        """Medium, who, and what is new, gone or not the same."""
        found = [
            (medium, who, address)
            for medium in ("pages", "operations")
            for who in sorted(set(getattr(self, medium)) | set(getattr(other, medium)))
            for address in getattr(self, medium).get(who, Walk()).differences(getattr(other, medium).get(who, Walk()))
        ]
        for medium in ("letters", "papers", "files", "cache", "log"):
            mine, theirs = getattr(self, medium), getattr(other, medium)
            found += [
                (medium, name, "") for name in sorted(set(mine) | set(theirs)) if mine.get(name) != theirs.get(name)
            ]
        return found


@contextmanager
def frozen() -> Iterator[None]:
    """The same moment for the business clock and for everything else in this process."""
    with ExitStack() as stack:
        stack.enter_context(time_machine.travel(NOW, tick=False))
        stack.enter_context(clock.at(NOW))
        yield


MOST_OF_A_KIND = 5
"""So many things of one kind are opened by one person. The lists that name them are compared to their end."""


def browser(email: str, host: str) -> Client:
    """A browser of somebody who has just proved who they are."""
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    if email:
        client.force_login(Account.objects.get(email=email))
        session = client.session
        session.update({HOST: host, SECOND_FACTOR: NOW.isoformat(), PROVED: NOW.isoformat()})
        session.save()
    return client


def pages_of(email: str, hats: tuple[str, ...], host: str = OWN_HOST, more: Sequence[str] = ()) -> Walk:
    """Every page that somebody can reach on a host through these hats."""
    urlconf = settings.PUBLIC_URLCONF if host == settings.BASE_HOST else settings.ROOT_URLCONF
    opened: Counter[str] = Counter()

    def only(address: str) -> bool:
        route = route_at(address, urlconf)
        # The demo's own pages show every letter. The API is asked apart, in every hat.
        if route is None or address.startswith("/demo/") or route.is_operation or address in UNREPEATABLE:
            return route is None
        opened[route.path] += 1
        lets_in = route.is_open or any(may_open(permission, route, hats) for permission in route.operations.values())
        return lets_in and opened[route.path] <= MOST_OF_A_KIND

    with undone():
        return walk(browser(email, host), [*plain_addresses(urlconf), *more], only=only)


def may_open(permission: str, route: Route, hats: tuple[str, ...]) -> bool:
    """Whether a permission lets somebody in. What answers who is kept out by it is tried with the table of all."""
    hat = route.capacity or PARTNER
    return hat in hats and may(permission, hat, frozenset(hats))


@cache
def route_at(address: str, urlconf: str) -> Route | None:
    """The address pattern behind an address; None where nothing is."""
    try:
        pattern = resolve(address.split("?")[0], urlconf).route
    except Resolver404:
        return None
    host = SIGN_IN if urlconf == settings.PUBLIC_URLCONF else ORGANISATION
    return next(route for route in routes() if (route.host, route.path) == (host, f"/{pattern}"))


def reading() -> list[Route]:
    """The operations of the API that only read, lists before what they list."""
    found = [route for route in operations() if route.operations.get("get")]
    return sorted(found, key=lambda route: (len(route.parameters), route.path not in NAMING, route.path))


def operations_of(email: str, hats: tuple[str, ...]) -> Walk:
    """Every operation that reads, in each hat of somebody, about everything that the lists name."""
    seen = Walk()
    with undone():
        client = browser(email, OWN_HOST)
        for hat in hats:
            named: dict[str, set[str]] = {}
            for route in reading():
                if not may(route.operations["get"], hat, frozenset(hats)):
                    continue
                for path in _addresses(route, named):
                    answer = client.get(path, headers={"Capacity": hat})
                    seen.keep(f"{path} as {hat}", answer)
                    named.setdefault(route.path, set()).update(_named(answer))
    return seen


def _addresses(route: Route, named: Mapping[str, set[str]]) -> list[str]:
    if route.parameters:
        (parameter,) = route.parameters
        listed = NAMED_BY.get(parameter, route.path.split("<")[0])
        listed = NAMED_BY["pair"] if listed in BY_PAIR else listed
        every = sorted(named.get(listed, ()))
        return [route.address(**{parameter: one}) for one in every[:MOST_OF_A_KIND]]
    asked = [
        f"{route.path}?{parameter}={one}"
        for parameter, listed in NAMED_BY.items()
        for one in sorted(named.get(listed, ()))
        if listed != route.path
    ]
    return [route.path, *asked]


def _named(answer: Any) -> set[str]:
    if answer.status_code != 200 or "json" not in answer["Content-Type"]:
        return set()
    body = json.loads(answer.content)
    rows = body.get("results", []) if isinstance(body, dict) else body
    found = {row.get("id") for row in rows if isinstance(row, dict)}
    return {one for one in found if isinstance(one, str)}


def letters() -> Medium:
    """Every letter since the story to anybody but the pair and its witness."""
    return {
        f"{number} to {letter.to}": as_read(letter)
        for number, letter in enumerate(mail.outbox)
        if not set(letter.to) <= OF_THE_PAIR
    }


def as_read(letter: Any) -> bytes:
    """What a mailbox shows of a letter, without the secret that is another one each time."""
    headers = sorted(f"{name}: {value}" for name, value in letter.extra_headers.items() if name != "Message-ID")
    parts = [letter.subject, letter.from_email, *headers, letter.body, *(part[0] for part in letter.alternatives)]
    return _SECRET.sub("[secret]", "\n".join(map(str, parts))).encode()


def letters_made(organisation: Organisation) -> Medium:
    """What leaves now: a lead invites people, one of whom is here for the hidden pair alone, and some want a code."""
    kept, mail.outbox = mail.outbox, []
    try:
        with undone():
            with acting(organisation, LEAD, Role.ROLLOUT_LEAD) as lead:
                invited = [
                    invite(name="Somebody", email=address, by=lead)
                    for address in ("new@example.org", CITIZEN, UNSEEN, WITNESS)
                ]
            for number, invitation in enumerate(invited):
                place = organisation.place(lead.pk, Role.ROLLOUT_LEAD)
                invitation_mail(_InHand(organisation, place, invitation.pk, str(invitation.sends), number))
            for address in (LEAD, TWO_HATS, CITIZEN):
                memory.clear()
                Client(HTTP_HOST=settings.BASE_HOST).post("/sign-in/", {"email": address})
        return {f"made, {number}": as_read(letter) for number, letter in enumerate(mail.outbox)}
    finally:
        mail.outbox = kept


@dataclass
class _InHand:
    """A job that is done at once: nobody else would see what the transaction of this look holds."""

    organisation: Organisation
    where: Any
    key: Any
    period: str
    id: int

    def place(self) -> Any:
        return self.where

    def url(self, path: str) -> str:
        return f"https://{OWN_HOST}{path}"

    def finish(self) -> None:
        """There is no row of it."""


def papers(organisation: Organisation) -> Medium:
    """Each board's paper made now, what it freezes and the PDF of it, and the data that a lead takes along."""
    found: Medium = {}
    with undone():
        with acting(organisation, LEAD, Role.ROLLOUT_LEAD) as lead:
            bodies = list(BoardBody.objects.filter(archived_at__isnull=True))
            asked = [
                packs.request_pack(
                    body=body, period_start=date(2026, 9, 1), period_end=date(2027, 3, 2), language="en", by=lead
                )
                for body in bodies
            ]
        for pack in asked:
            with in_organisation(organisation.place(pack.body_id, BOARD)):
                frozen_now = tasks.freeze(pack.pk, organisation)
                assert frozen_now is not None
            # The anchor follows from the ids of these very requests.
            snapshot = replace(frozen_now.snapshot, anchor="")
            with rendering.as_of("en", organisation.time_zone):
                pdf = rendering.pdf_of(snapshot, "0" * 64)
            found[f"{pack.body_id} frozen"] = json.dumps(as_json(snapshot), sort_keys=True).encode()
            found[f"{pack.body_id} pdf"] = pdf or b""
    with undone(), acting(organisation, LEAD, Role.ROLLOUT_LEAD) as lead:
        found[FOR_A_LEAD] = exports.file_of(organisation, lead, "en")
    return found


def stored() -> Medium:
    """Names, sizes and content of every file that is kept but those of pairs: whoever reads the disk itself finds that
    there is one, as in the database's own files, and nobody else is given one."""
    home = Path(settings.VAR)
    return {
        f"{path.relative_to(home)} {path.stat().st_size}": hashlib.sha256(path.read_bytes()).digest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and PairFile.FOLDER not in path.parts
    }


def remembered() -> Medium:
    """What stands in the cache."""
    held: Mapping[str, bytes] = memory._cache  # type: ignore[attr-defined]
    return {_ID.sub("[id]", key): bytes(value) for key, value in held.items()}


class Lines(logging.Handler):
    """The lines of the log as they are written in production."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(JsonLine())
        self.addFilter(RequestId())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, at every level."""
    handler, root, django = Lines(), logging.getLogger(), logging.getLogger("django")
    levels = root.level, django.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    django.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.setLevel(levels[0])
        django.setLevel(levels[1])
        root.removeHandler(handler)


def see(organisation: Organisation, files: Medium, *, papers_too: bool = True) -> Sight:
    """Everything, as everybody sees it at one frozen moment. Nothing of it stays."""
    sight = Sight()
    with frozen():
        addresses = starts(organisation)
        for who, hats in CAST.items():
            memory.clear()
            with listening() as lines:
                sight.pages[who] = pages_of(who, hats, more=addresses.get(who, ()))
                if who in AT_SIGN_IN:
                    sight.pages[f"{who} {AT_THE_DOOR}"] = pages_of(who, hats, settings.BASE_HOST)
                sight.operations[who] = operations_of(who, hats) if who else Walk()
            sight.log[who] = "\n".join(_REQUEST.sub("", line) for line in lines).encode()
            sight.cache |= {f"{who} {key}": value for key, value in remembered().items()}
        if papers_too:
            sight.papers = papers(organisation)
        sight.files, sight.letters = files, letters() | letters_made(organisation)
    return sight


def reached(sight: Sight) -> dict[str, set[str]]:
    """Every address pattern that somebody was let in at, and who they were."""
    found: dict[str, set[str]] = {}
    for medium, who, seen in sight.walks():
        urlconf = settings.PUBLIC_URLCONF if who.endswith(AT_THE_DOOR) else settings.ROOT_URLCONF
        for address, (status, *_rest) in seen.pages.items():
            route = route_at(address.split(" as ")[0] if medium == "operations" else address, urlconf)
            if status < 400 and route is not None:
                found.setdefault(str(route), set()).add(who)
    return found
