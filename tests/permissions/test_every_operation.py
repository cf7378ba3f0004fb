"""Every operation of the API × every role × whose object, compared with the permission that it declares."""

from __future__ import annotations

import logging
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from rollout.kernel.tenancy import PARTNER
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tenants.members.models import Member, Role
from tests import databases, rooms, world
from tests.crawl import headers_of, masked
from tests.permissions.doors import ALL, CLOSELY, NOT_MEMBERS
from tests.permissions.house import ELSEWHERE, OWN
from tests.permissions.knocking import listening, undone
from tests.permissions.matrix import RANDOM, TALLIES, Tally, contents, recorded
from tests.permissions.may import may
from tests.world_accounts import operator
from tests.world_api import BASE, Call, Everything, send
from tests.world_pairs import accepted

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HARMLESS = {
    "public.accounts_session": "when a session was used last",
    "public.accounts_tries": "how often somebody asked within a minute",
}
NOTED = {"packs_retrieve": {"boardpacks_packread"}, "packs_pdf": {"boardpacks_packread"}} | rooms.merged("NOTED")
"""Reading a paper is noted."""
SILENT = {
    "me_partial_update": "an entry would tell of people who are in no list",
    "notices_read": "it concerns nobody but the reader",
    "pairs_resume": "the pair was at work, so nothing was done",
    "pack_requests_retry": "nothing had failed, so nothing was done",
}
SILENT |= {
    f"{kind}_{verb}": "nobody is told where somebody has news of their pairs sent"
    for kind, verbs in {
        "webhooks": ("create", "partial_update", "destroy", "renew_secret", "test", "pause", "resume"),
        "webhook_deliveries": ("again",),
    }.items()
    for verb in verbs
}
SILENT |= rooms.merged("SILENT")
IN_ONES_OWN_NAME = {"me_partial_update", "pairs_create", "webhooks_create"} | set(rooms.merged("FOR_ALL"))
"""What every member may do, since it needs no object of somebody's."""


class Street:
    """Everybody's programs in front of an organisation, and the calls that they make."""

    def __init__(self, north: Organisation, south: Organisation) -> None:
        self.north, self.everything, self.elsewhere = north, Everything(north), Everything(south)
        board = self.everything.board
        people: dict[str, Any] = {
            "anonymous": None,
            "stranger": world.account("Stella Stranger"),
            "plain": self.everything.stranger,
            PARTNER: self.everything.professional,
            Role.SPONSOR: board.sponsor,
            Role.BOARD_MEMBER: board.director,
            Role.BOARD_SECRETARY: board.secretary,
            Role.ROLLOUT_LEAD: board.lead,
            Role.FINANCE: self.everything.finance,
            Role.FACILITATOR: self.everything.facilitator,
            Role.PROVIDER_LEAD: self.everything.provider_lead,
            "operator": operator(),
        }
        self.people = people
        accepted(*(member for member in people.values() if isinstance(member, Member)))
        self.browsers: dict[str, Client] = {who: world.browser(people[who], north) for who in ALL}
        self.calls = self.everything.calls()
        self.theirs = self.elsewhere.calls()
        self.tally = Tally("operations")
        TALLIES.append(self.tally)

    def objects(self, name: str, who: str) -> Iterator[tuple[str, Call]]:
        """The call; and by those who are tried closely the same about no object and about another organisation's."""
        call = self.calls[name]
        yield OWN, call
        if ID.search(call.path) and (who in CLOSELY or self.people[who] == call.who):
            if self.lets_in(name, who):
                yield ELSEWHERE, replace(call, path=self.theirs[name].path)
            yield RANDOM, replace(call, path=ID.sub(lambda _: str(uuid.uuid4()), call.path))

    def lets_in(self, name: str, who: str) -> bool:
        """Whether the permission lets somebody in, whatever the object."""
        call = self.calls[name]
        return who not in NOT_MEMBERS and may(permission_of(call), call.hat, frozenset({who}))

    def recorded(self) -> Any:
        everything = self.everything
        return recorded(
            self.north, (everything.professional, PARTNER), (everything.citizen, PARTNER),
            (everything.lead, Role.ROLLOUT_LEAD),
        )  # fmt: skip


@pytest.fixture(scope="module")
def street(django_db_setup: None, django_db_blocker: Any) -> Iterator[Street]:
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_operations") as name:
        databases.use(name)
        hosts.forget()
        logging.disable(logging.WARNING)
        # Which organisation a host belongs to is asked again now and then: not in the middle of a comparison.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hosts, "FRESH_SECONDS", 3600)
            yield Street(*(Organisation.objects.get(slug=slug) for slug in ("north", "south")))
        logging.disable(logging.NOTSET)
        databases.use(run)


def permission_of(call: Call) -> str:
    found = resolve(BASE + call.path.partition("?")[0], settings.ROOT_URLCONF).func
    return found.cls.permissions[found.actions[call.method.lower()]]  # type: ignore[attr-defined, no-any-return]


def expected(street: Street, name: str, who: str, whose: str) -> set[int]:
    """The statuses that the declaration allows."""
    call = street.calls[name]
    if who == "anonymous":
        return {401}
    if not street.lets_in(name, who):
        return {404}
    if street.people[who] == call.who and whose == OWN:
        return {call.status}
    if name in IN_ONES_OWN_NAME or (call.method == "GET" and "/" not in call.path.partition("?")[0].rstrip("/")):
        return {call.status, 404}
    return {404, 400} if whose == OWN and not ID.search(call.path) else {404}


def taken_back(street: Street, who: str, whose: str, call: Call) -> tuple[Any, set[str], list[str] | None, list[str]]:
    """A call that may do something: its answer, the tables that it wrote, what it recorded if it was to act, and
    what the database was asked meanwhile."""
    acting = street.people[who] == call.who and whose == OWN
    with undone() as written:
        known = street.recorded() if acting else Counter()
        with listening() as asked:
            answer = send(street.browsers[who], call)
        if answer.streaming:
            answer = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code)
        acts = sorted((street.recorded() - known).elements()) if acting else None
    return answer, written, acts, asked


def test_every_operation_answers_what_it_declares(street: Street):
    before, reached = contents(), set()
    wrong: list[Any] = []
    for name in street.calls:
        for who in ALL:
            told = defaultdict(set)
            for whose, call in street.objects(name, who):
                allowed = expected(street, name, who, whose)
                acts, written = None, set()
                if allowed <= {401, 404}:
                    with listening() as asked:
                        answer = send(street.browsers[who], call)
                else:
                    answer, written, acts, asked = taken_back(street, who, whose, call)
                street.tally.calls += 1
                street.tally.statuses[answer.status_code] += 1
                street.tally.allowed += answer.status_code < 400
                street.tally.refused += answer.status_code >= 400
                if answer.status_code not in allowed:
                    wrong.append((name, who, whose, answer.status_code, allowed, answer.content[:300]))
                if call.method == "GET" and written - NOTED.get(name, set()) - {"accounts_tries"}:
                    wrong.append((name, who, "wrote", sorted(written)))
                if answer.status_code == 404:
                    told[call.method].add((masked(answer.content), *headers_of(answer.headers), *asked))
                if acts is not None:
                    reached.add(name)
                    street.tally.reached.add((name, call.method))
                    if call.method != "GET" and bool(acts) == (name in SILENT):
                        wrong.append((name, who, "recorded", acts))
            wrong += [
                (name, who, "hidden and missing differ", *answers) for answers in told.values() if len(answers) > 1
            ]
    assert wrong == []
    assert reached == set(street.calls) - set(rooms.merged("BY_ANOTHER"))
    after = contents()
    assert {table for table in after if after[table] != before[table]} <= set(HARMLESS)


def asked_again(street: Street, name: str, who: str) -> list[Any]:
    """How answers about what is hidden and what is missing differ, the statements asked meanwhile included."""
    told = set()
    for whose, call in street.objects(name, who):
        answer, *_, asked = taken_back(street, who, whose, call)
        if answer.status_code == 404:
            told.add((masked(answer.content), *headers_of(answer.headers), *asked))
    return [(name, who, "hidden and missing differ", *told)] if len(told) > 1 else []


def test_a_method_that_is_not_offered_is_refused_and_does_nothing(street: Street):
    wrong = []
    before = contents()
    tried = set()
    for name, call in street.calls.items():
        match = resolve(BASE + call.path.partition("?")[0], settings.ROOT_URLCONF)
        if match.route in tried:
            continue
        tried.add(match.route)
        found = match.func
        others = {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method.upper() for method in found.actions}  # type: ignore[attr-defined]
        for number, method in enumerate(sorted(others)):
            for who, status in ((PARTNER, 405), ("anonymous", 401))[: 1 if number else 2]:
                answer = send(street.browsers[who], replace(call, method=method, body=None))
                if answer.status_code != status:
                    wrong.append((name, who, method, answer.status_code))
    assert wrong == []
    after = contents()
    assert {table for table in after if after[table] != before[table]} <= set(HARMLESS)
