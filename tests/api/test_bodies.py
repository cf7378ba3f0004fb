"""Bodies that were made to hurt: refused at once, with nothing changed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client

from tenants.members.models import Invitation, Role
from tenants.pairs.models import Pair
from tenants.projects.models import Decision
from tests.world import inside
from tests.world_api import BASE, bearer, send, token_of, undone

MEGABYTE = 1024 * 1024
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "fifty megabytes": (b'{"title": "' + b"x" * (50 * MEGABYTE) + b'"}', {413}),
    "ten thousand lists deep": (b"[" * 10_000 + b"]" * 10_000, {400}),
    "ten thousand objects deep": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, {400}),
    "a hundred thousand names": (json.dumps({f"n{number}": 1 for number in range(100_000)}).encode(), {413}),
    "ten thousand names": (json.dumps({f"n{number}": 1 for number in range(10_000)}).encode(), {400}),
    "a name twice": (b'{"title": "a", "title": "b"}', {400}),
    "not a number": (b'{"value": NaN}', {400}),
    "infinity": (b'{"value": -Infinity}', {400}),
    "a number beyond numbers": (b'{"value": 1e999}', {400}),
    "a number of ten thousand digits": (b'{"value": ' + b"9" * 10_000 + b"}", {400}),
    "half a character": (b'{"title": "\\ud800"}', {400}),
    "an empty character": (b'{"title": "a\\u0000b"}', {400}),
    "an empty character in a name": (b'{"ti\\u0000tle": "a"}', {400}),
    "bytes that are no text": (b'{"title": "\xff\xfe"}', {400}),
    "a mark in front": (b'\xef\xbb\xbf{"title": "a"}', {400}),
    "half a body": (b'{"title": "a"', {400}),
    "a list": (b"[]", {400}),
    "a word": (b'"word"', {400}),
    "nothing": (b"null", {400}),
    "a number": (b"1", {400}),
}
WRITING = ("decisions/", "pairs/", "results/", "surfacings/", "witnesses/", "partner-invitations/")


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_within_a_second(everything, name):
    body, expected = BODIES[name]
    client = everything.browser(everything.professional)
    for path in (*WRITING, f"shared-tasks/{everything.mine.pair.pk}/"):
        method = client.put if path.startswith("shared") else client.post
        began = time.process_time()
        answer = method(f"{BASE}{path}", body, content_type="application/json")
        assert time.process_time() - began < 1
        assert answer.status_code in expected, (path, answer.status_code, answer.content[:300])
        assert set(answer.json()) == {"code", "detail"}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""]
)
def test_only_json_is_read(everything, kind):
    for client in (everything.browser(everything.professional), Client(HTTP_HOST="north.localhost")):
        answer = client.generic("POST", f"{BASE}decisions/", b'{"title": "a"}', content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


MORE = {
    "id": "00000000-0000-4000-8000-000000000001", "state": "agreed", "agreed_at": "2026-01-01T00:00:00Z",
    "proposed_by": "00000000-0000-4000-8000-000000000001", "member": "x", "by": "x", "tenant": "south",
    "capacity": "rollout_lead", "role": "sponsor", "is_staff": True, "keys": [], "content_hash": "0", "amount": 1,
    "surfaced_at": "2026-01-01", "listed": True, "accepted_at": "2026-01-01", "token_hash": "0",
}  # fmt: skip


def test_what_nobody_may_set_is_refused_in_every_body(everything):
    calls = {name: call for name, call in everything.calls().items() if call.body is not None}
    assert len(calls) > 25
    with inside(everything.organisation, everything.professional):
        before = list(Decision.objects.values()), list(Pair.objects.values())
    for name, call in calls.items():
        client = everything.browser(call.who)
        more = {field: value for field, value in MORE.items() if field not in call.body}
        answer = client.generic(
            call.method, BASE + call.path, json.dumps({**call.body, **more}), content_type="application/json",
            headers={"capacity": call.hat},
        )  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), name
        assert set(more) <= set(answer.json()["detail"]), name
    with inside(everything.organisation, everything.professional):
        assert (list(Decision.objects.values()), list(Pair.objects.values())) == before


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("decisions_create", {"title": ""}),
        ("decisions_create", {"title": "x" * 201}),
        ("decisions_create", {"title": 5}),
        ("decisions_create", {"title": True}),
        ("decisions_create", {"title": None}),
        ("decisions_create", {"title": ["a"]}),
        ("decisions_create", {"pair": "1"}),
        ("decisions_create", {"pair": {"id": 1}}),
        ("decisions_park", {"revisit_on": "9999-12-31"}),
        ("decisions_park", {"revisit_on": "0001-01-01"}),
        ("decisions_park", {"revisit_on": "2190-02-30"}),
        ("decisions_park", {"revisit_on": 20300101}),
        ("surfacings_create", {"until": "9999-12-31"}),
        ("surfacings_create", {"picks": [{"row_class": "everything"}]}),
        ("surfacings_create", {"picks": [{"row_class": "people"}] * 1000}),
        ("surfacings_create", {"audience": "everybody"}),
        ("results_create", {"baseline_value": "1e99"}),
        ("results_create", {"baseline_value": "NaN"}),
        ("results_create", {"baseline_value": "1.234"}),
        ("results_create", {"direction": "up"}),
        ("results_create", {"higher_is_better": "perhaps"}),
        ("witnesses_create", {"email": "nobody"}),
        ("witnesses_create", {"email": "аda@example.org"}),
        ("pairs_create", {"kind": "king"}),
        ("pairs_create", {"partner_language": "xx"}),
        ("invitations_create", {"roles": ["partner"]}),
        ("invitations_create", {"roles": ["sponsor"] * 100}),
        ("boards_add_place", {"kind": "chair"}),
    ],
)
def test_values_that_mean_nothing_are_refused_by_name(everything, name, changed):
    call = everything.calls()[name]
    with undone():
        answer = everything.browser(call.who).generic(
            call.method, BASE + call.path, json.dumps({**call.body, **changed}), content_type="application/json",
            headers={"capacity": call.hat},
        )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert set(answer.json()["detail"]) == set(changed)


def test_a_page_elsewhere_cannot_write_with_a_browsers_session(everything):
    client = Client(HTTP_HOST="north.localhost", enforce_csrf_checks=True)
    client.cookies = everything.browser(everything.professional).cookies
    writes = {name: call for name, call in everything.calls().items()
              if call.method != "GET" and call.who is everything.professional}  # fmt: skip
    for name, call in writes.items():
        elsewhere = ({"Origin": "https://evil.example"}, {"X-CSRFToken": "x" * 64}) if name == "decisions_sign" else ()
        for headers in ({}, *elsewhere):
            answer = send(client, call, **headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf_refused"), name
    assert send(client, everything.calls()["pairs_list"]).status_code == 200


def test_the_token_of_a_page_of_ours_or_a_key_lets_a_program_write(everything):
    client = Client(HTTP_HOST="north.localhost", enforce_csrf_checks=True)
    client.cookies = everything.browser(everything.professional).cookies.copy()
    call = everything.calls()["decisions_create"]
    page = client.get(f"{BASE}docs/").content.decode()
    forged = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    with undone():
        assert send(client, call, **{"X-CSRFToken": forged}).status_code == 201
    stranger = Client(HTTP_HOST="north.localhost", enforce_csrf_checks=True)
    with undone():
        key = token_of(everything.professional, everything.organisation)
        assert send(stranger, call, **bearer(key)).status_code == 201


def test_reading_changes_nothing(everything):
    """But that a pack was opened, and when a key was last used."""
    noted = {"packs_retrieve", "packs_pdf"}
    with inside(everything.organisation, everything.lead, Role.ROLLOUT_LEAD):
        before = list(Invitation.objects.values())
    for name, call in everything.calls().items():
        if call.method == "GET" and name not in noted:
            assert _writes(everything, call) == [], name
    with inside(everything.organisation, everything.lead, Role.ROLLOUT_LEAD):
        assert list(Invitation.objects.values()) == before


def _writes(everything: Any, call: Any) -> list[str]:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client = everything.browser(call.who)
    with CaptureQueriesContext(connections["default"]) as here, CaptureQueriesContext(connections["platform"]) as there:
        send(client, call)
    words, counted = ("INSERT", "UPDATE", "DELETE"), ("accounts_session", "accounts_tries")
    asked = [query["sql"].lstrip() for query in [*here.captured_queries, *there.captured_queries]]
    return [text for text in asked if text.startswith(words) and not any(table in text for table in counted)]
