"""What an attacker would send, for every operation as the description names it: nothing is found, done or broken."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from api.views import _description
from rollout.organisations.models import Organisation
from tests.world import inside
from tests.world_api import BASE, Call, Everything, operations, send, undone

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING_HERE = b'{"code":"not_found","detail":"Not found."}'
MALFORMED = (
    "1", "0", "-1", "null", "None", "..", "%2e%2e", "%2E%2E%2F", "%252e%252e", "%00", "%0a", "%0d%0aX-A:b", ";", "*",
    "'", "'%20or%201=1--", "{}", "%7B%7D", "[]", "00000000000040008000000000000000",
    "{00000000-0000-4000-8000-000000000000}", "00000000-0000-4000-8000-000000000000%20",
    "00000000-0000-4000-8000-00000000000g", "ａ", "%F0%9F%92%A9", "x" * 3000,
)  # fmt: skip


def named_parts(call: Call) -> dict[str, Any]:
    """The parts of a call's address that name something."""
    return dict(resolve(f"{BASE}{call.path.partition('?')[0]}", urlconf="rollout.config.urls_tenant").kwargs)


def elsewhere(call: Call, part: str, value: str) -> Call:
    """The same call with another value in one part of its address."""
    match = resolve(f"{BASE}{call.path.partition('?')[0]}", urlconf="rollout.config.urls_tenant")
    if "%" in value or not _is_id(value):
        path = call.path.replace(str(match.kwargs[part]), value, 1)
    else:
        path = reverse(match.view_name, kwargs={**match.kwargs, part: value}, urlconf="rollout.config.urls_tenant")
        path = path.removeprefix(BASE)
    return Call(call.who, call.method, path, call.body, call.status, call.hat)


def _is_id(value: str) -> bool:
    return len(value) == 36 and value.replace("-", "").isalnum() and value.isascii() and value[-1] != "g"


def in_turn(values: tuple[str, ...], each: int) -> Iterator[list[str]]:
    """The next few of many values, round and round: each part is tried with some, and all are tried often."""
    endless = itertools.cycle(values)
    while True:
        yield list(itertools.islice(endless, each))


@pytest.fixture(scope="module")
def abroad(everything: Everything) -> Everything:
    """The same at another organisation of the same database."""
    return Everything(Organisation.objects.get(slug="south"))


def test_the_description_and_the_calls_name_the_same_parts(everything):
    calls = everything.calls()
    for name, (_method, path, found) in operations().items():
        parts = {part["name"] for part in found["parameters"] if part["in"] == "path"}
        own = {"id" if part == "pk" else part for part in named_parts(calls[name])}
        assert parts == own, (name, path)


def attacks(everything: Everything, abroad: Everything) -> Iterator[tuple[str, str, Call]]:
    """Each part of each address: another pair's, another organisation's, nobody's and no id at all."""
    theirs, turns = abroad.calls(), in_turn(MALFORMED, 5)
    others = _of_another_pair(everything)
    for name, call in everything.calls().items():
        for part, value in named_parts(call).items():
            if not isinstance(value, uuid.UUID):
                yield name, f"{part}: no day", elsewhere(call, part, "2026-13-45")
                continue
            yield name, f"{part}: random", elsewhere(call, part, str(uuid.uuid4()))
            if name != "instruments_retrieve":  # what comes with the product is the same for everybody
                yield name, f"{part}: abroad", elsewhere(call, part, str(named_parts(theirs[name])[part]))
            if call.who == everything.professional:
                for other in others:
                    yield name, f"{part}: another pair's", elsewhere(call, part, str(other))
            for malformed in next(turns):
                yield name, f"{part}: {malformed[:20]}", elsewhere(call, part, malformed)


def _of_another_pair(everything: Everything) -> list[Any]:
    """Ids of the pair that the professional has no part in: the pair, its surfacing, its seat."""
    with connections["default"].cursor() as cursor, inside(everything.organisation, everything.rival):
        cursor.execute("SELECT id FROM pairs_seat WHERE pair_id = %s", [everything.shown.pair])
        seat = cursor.fetchone()[0]
    return [everything.shown.pair, everything.surfacing.pk, seat, everything.rival.pk]


def test_no_part_of_an_address_opens_what_is_not_ones_own(everything, abroad):
    wrong, tried = [], 0
    with undone():
        for name, what, call in attacks(everything, abroad):
            tried += 1
            answer = send(everything.browser(call.who), call)
            if (answer.status_code, answer.content) != (404, NOTHING_HERE):
                wrong.append((name, what, answer.status_code, answer.content[:80]))
    assert wrong == []
    assert tried > 500


def test_another_organisations_ids_in_bodies_and_queries_find_nothing(everything, abroad):
    """Every id that a body or a query names, in turn, replaced by the other organisation's own."""
    wrong, tried = [], 0
    theirs = abroad.calls()
    for name, call in everything.calls().items():
        pairs = zip(_ids(call), _ids(theirs[name]), strict=True)
        for where, (mine, other) in enumerate(pairs):
            if mine == other:
                continue
            tried += 1
            body = None if call.body is None else json.loads(json.dumps(call.body).replace(mine, other))
            path, _question, query = call.path.partition("?")
            changed = Call(call.who, call.method, f"{path}?{query.replace(mine, other)}" if query else path, body,
                           call.status, call.hat)  # fmt: skip
            with undone():
                answer = send(everything.browser(call.who), changed)
            empty = answer.status_code == 200 and answer.json().get("results") == []
            if not empty and answer.status_code not in (400, 404, 409):
                wrong.append((name, where, answer.status_code, answer.content[:200]))
    assert wrong == []
    assert tried > 15


def _ids(call: Call) -> list[str]:
    """The ids in a call's body and query, in their order."""
    text = json.dumps(call.body) + " " + call.path.partition("?")[2]
    return [word for word in text.replace('"', " ").replace("=", " ").replace("&", " ").split() if _is_id(word)]


# Methods


def test_methods_that_nobody_knows_and_addresses_beside_the_right_ones(everything):
    """Also through the headers that some servers believe. The known methods are tried with everybody's hats.

    One router makes all addresses and one view refuses all methods: each address is tried with some of them in turn.
    """
    override = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}
    tried = set()
    unknown, beside_it = (
        in_turn(("OPTIONS", "TRACE", "PROPFIND", "FOO"), 1),
        in_turn(("{}", "{};", "{}/", "{}x", "/{}"), 2),
    )
    for name, call in everything.calls().items():
        client, path = everything.browser(call.who), call.path.partition("?")[0]
        if path in tried:
            continue
        tried.add(path)
        for method in next(unknown):
            answer = send(client, Call(call.who, method, call.path, None, hat=call.hat))
            assert answer.status_code == 405, (name, method, answer.status_code)
        for beside in (path.rstrip("/") if form == "{}" else form.format(path) for form in next(beside_it)):
            answer = send(client, Call(call.who, call.method, beside, call.body, hat=call.hat))
            assert (answer.status_code, answer.content) == (404, NOTHING_HERE), (name, beside)
        if call.method == "GET":
            whole = send(client, call, **override)
            assert whole.status_code == 200, name
            whole.close()
            head = send(client, Call(call.who, "HEAD", call.path, None, hat=call.hat))
            assert head.status_code == 200, name
            assert head.streaming or head.content == b"", name
            head.close()


# Bodies

HOSTILE: dict[str, tuple[bytes, int]] = {
    "depth": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
    "a hundred thousand names": (json.dumps({f"n{number}": 1 for number in range(100_000)}).encode(), 413),
    "a name twice": (b'{"title": "a", "title": "b"}', 400),
    "not a number": (b'{"value": NaN}', 400),
    "beyond numbers": (b'{"value": 1e999}', 400),
    "half a character": (b'{"title": "\\ud800"}', 400),
    "an empty character": (b'{"title": "a\\u0000b"}', 400),
    "no JSON": (b"{", 400),
}


def test_hostile_bodies_are_refused_by_every_operation_that_reads_one(everything):
    calls = {name: call for name, call in everything.calls().items() if call.method != "GET"}
    assert len(calls) > 50
    bodies = in_turn(tuple(HOSTILE), 3)  # one parser reads them all, so each operation is tried with some in turn
    with undone():
        for name, call in calls.items():
            client = everything.browser(call.who)
            for what in next(bodies):
                body, status = HOSTILE[what]
                began = time.process_time()
                answer = client.generic(call.method, BASE + call.path, body, content_type="application/json",
                                        headers={"Capacity": call.hat})  # fmt: skip
                assert time.process_time() - began < 3, (name, what)
                assert answer.status_code == status, (name, what, answer.content[:200])


def test_fifty_megabytes_are_refused_by_every_operation_unread(everything):
    """By what the request says of itself: not a byte is read."""

    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    for name, call in everything.calls().items():
        if call.method == "GET":
            continue
        answer = everything.browser(call.who).generic(
            call.method, BASE + call.path, headers={"Capacity": call.hat}, content_type="application/json",
            **{"CONTENT_LENGTH": str(50 * 1024 * 1024), "wsgi.input": Unread()},
        )  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), name


def rows_of(everything: Everything) -> dict[str, list[Any]]:
    """Every row of the organisation that somebody could have changed."""
    found = {}
    for who, hat in {(call.who, call.hat) for call in everything.calls().values()}:
        with inside(everything.organisation, who, hat), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
                " AND table_name <> 'django_migrations'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
                found[f"{who.pk} {hat} {table}"] = cursor.fetchall()
    return found


def fields_of_answers() -> dict[str, Any]:
    """Every name that stands in an answer, and names that programmers are tempted by."""
    parts = json.loads(_description())["components"]["schemas"].values()
    names = {name for part in parts for name in part.get("properties", {})}
    tempting = {"is_staff", "is_superuser", "role", "roles", "tenant", "organisation", "approver", "seat",
                "surfaced_at", "consented_at", "accepted_at", "token_hash", "secret", "pair_id"}  # fmt: skip
    return dict.fromkeys(names | tempting, "rollout_lead")


def test_more_fields_than_a_body_has_change_nothing_anywhere(everything):
    more = fields_of_answers()
    assert len(more) > 100
    before, bodies = rows_of(everything), 0
    for name, call in everything.calls().items():
        if call.body is None:
            continue
        bodies += 1
        extra = {field: value for field, value in more.items() if field not in call.body}
        for field in ("is_staff", "state", "id"):
            alone = {field: more.get(field, "x")} if field not in call.body else {}
            for added in (extra, alone):
                if not added or (field != "id" and added is extra):
                    continue
                changed = Call(call.who, call.method, call.path, {**call.body, **added}, hat=call.hat)
                answer = send(everything.browser(call.who), changed)
                assert (answer.status_code, answer.json()["code"]) in ((400, "invalid"), (409, "terms_not_accepted")), (
                    name
                )
    assert bodies > 25
    assert rows_of(everything) == before


def test_operations_that_take_no_body_ignore_one(everything):
    """Whatever stands in it, the answer is the same and nothing more is done."""
    more = {"pair": str(everything.shown.pair), "by": str(everything.citizen.pk), "capacity": "rollout_lead"}
    for name, call in everything.calls().items():
        if call.body is not None or call.method == "GET":
            continue
        with undone():
            plain = send(everything.browser(call.who), call)
        with undone():
            answer = send(everything.browser(call.who), Call(call.who, call.method, call.path, more, hat=call.hat))
        assert answer.status_code == plain.status_code == call.status, name


# SQL

INJECTIONS = (
    "'", "''", '"', "1'--", "' OR '1'='1", "1; reset role; set role postgres", "'; select pg_sleep(9); --", "\\'",
    "%27", "1) UNION SELECT null --", "pk__in", "pair__seats__member__name", "id::text", "$1", "%s", "%(a)s",
    "title desc",
)  # fmt: skip


def test_no_parameter_of_any_list_reaches_the_database_as_more_than_a_value(everything):
    parts = operations()
    tried, wrong, turns = 0, [], in_turn(INJECTIONS, 4)
    for name, call in everything.calls().items():
        asked = [part for part in parts[name][2]["parameters"] if part["in"] == "query"]
        path, _question, query = call.path.partition("?")
        given = dict(part.split("=", 1) for part in query.split("&") if part)
        for part in asked:
            for injection in INJECTIONS if part["name"] in ("search", "action") else next(turns):
                tried += 1
                answer = everything.browser(call.who).get(
                    f"{BASE}{path}", {**given, part["name"]: injection}, headers={"Capacity": call.hat}
                )
                found = answer.json()
                nothing = answer.status_code == 200 and found.get("results") == []
                refused = answer.status_code == 400 and part["name"] in found["detail"]
                closed = part["name"] == "cursor" and (answer.status_code, answer.content) == (404, NOTHING_HERE)
                if not (nothing or refused or closed):
                    wrong.append((name, part["name"], injection, answer.status_code, answer.content[:100]))
    assert wrong == []
    assert tried > 300


def test_what_is_searched_for_travels_as_a_parameter(everything):
    call, word = everything.calls()["members_list"], "x'; reset role; --"
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = everything.browser(call.who).get(f"{BASE}members/", {"search": word}, headers={"Capacity": call.hat})
    assert answer.json()["results"] == []
    assert not any(query["sql"].strip().lower().startswith("reset role") for query in asked.captured_queries)
