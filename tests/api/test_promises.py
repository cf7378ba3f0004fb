"""What every operation of a kind promises, for each one that the description names: marks, repeats, pages, keys."""

from __future__ import annotations

import json
from typing import Any

from api import replay
from rollout.accounts.models import ApiToken
from tests.world import browser
from tests.world_api import BASE, Call, bearer, operations, send, token_of, undone


def headers_of(found: dict[str, Any]) -> set[str]:
    return {part["name"] for part in found["parameters"] if part["in"] == "header"}


def test_every_edit_refuses_an_older_mark_and_takes_the_present_one(everything):
    """Every operation that is described with `If-Match`, and no other one edits."""
    edits = {name for name, (_m, _p, found) in operations().items() if "If-Match" in headers_of(found)}
    assert edits == {name for name, (method, _p, _f) in operations().items() if method in ("PATCH", "PUT")}
    assert len(edits) >= 7
    for name in edits:
        call = everything.calls()[name]
        client, path = everything.browser(call.who), BASE + call.path
        read = client.get(path, headers={"Capacity": call.hat})
        assert read["ETag"], name
        assert client.get(path, headers={"Capacity": call.hat})["ETag"] == read["ETag"], name
        with undone():
            late = send(client, call, **{"If-Match": '"0"'})
            assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile"), name
            assert client.get(path, headers={"Capacity": call.hat}).content == read.content, name
            right = send(client, call, **{"If-Match": read["ETag"]})
            assert (right.status_code, bool(right["ETag"])) == (200, True), (name, right.content)
            assert right["ETag"] != read["ETag"], name
            again = send(client, call, **{"If-Match": read["ETag"]})
            assert again.status_code == 412, name
            assert send(client, call, **{"If-Match": "*"}).status_code == 200, name


def test_every_single_thing_that_can_be_read_has_a_mark(everything):
    for name, call in everything.calls().items():
        if name.endswith("_retrieve"):
            answer = send(everything.browser(call.who), call)
            assert answer.get("ETag"), name


def test_every_write_with_a_repeat_key_is_done_once_and_answered_alike(everything):
    """Every operation that is described with `Idempotency-Key`: replayed, refused for another body, and marked."""
    keyed = {name for name, (_m, _p, found) in operations().items() if replay.HEADER in headers_of(found)}
    posts = {name for name, (method, _p, _f) in operations().items() if method == "POST"}
    assert posts - keyed == {
        "surfacings_sign", "webhooks_create", "webhooks_renew_secret", "reflections_create", "reflections_share",
        "reflections_show", "calendar_feed_create", "assisted_entries_confirm", "assisted_sessions_sign",
        "read_back_sheets_create", "letters_create",
    }  # fmt: skip
    for name in sorted(keyed):
        call = everything.calls()[name]
        client = everything.browser(call.who)
        with undone():
            first = send(client, call, **{replay.HEADER: "a-key"})
            assert first.status_code == call.status, (name, first.content)
            again = send(client, call, **{replay.HEADER: "a-key"})
            assert (again.status_code, again.content) == (first.status_code, first.content), name
            assert again[replay.REPLAYED] == "true", name
            other = Call(call.who, call.method, call.path, {**(call.body or {}), "more": "x"}, hat=call.hat)
            refused = send(client, other, **{replay.HEADER: "a-key"})
            assert (refused.status_code, refused.json()["code"]) == (422, "key_used"), name


def test_every_list_turns_pages_is_sorted_and_refuses_what_it_does_not_know(everything):
    lists = {name: found for name, (_m, _p, found) in operations().items() if name.endswith("_list")}
    for name, found in lists.items():
        call = everything.calls()[name]
        query = {part["name"]: part for part in found["parameters"] if part["in"] == "query"}
        assert {"limit", "cursor"} <= set(query), name
        client, path = everything.browser(call.who), call.path.partition("?")[0]
        needed = dict(part.split("=", 1) for part in call.path.partition("?")[2].split("&") if part)
        given = {key: value for key, value in needed.items() if query[key].get("required")}
        for ordering in query.get("ordering", {}).get("schema", {}).get("enum", ()):
            answer = client.get(f"{BASE}{path}", {**given, "ordering": ordering}, headers={"Capacity": call.hat})
            assert answer.status_code == 200, (name, ordering)
        for key, part in query.items():
            for value in part["schema"].get("enum", ()):
                if key != "ordering":
                    answer = client.get(f"{BASE}{path}", {**given, key: value}, headers={"Capacity": call.hat})
                    assert answer.status_code == 200, (name, key, value)
        unknown = client.get(f"{BASE}{path}", {**given, "made_up": "1"}, headers={"Capacity": call.hat})
        assert (unknown.status_code, set(unknown.json()["detail"])) == (400, {"made_up"}), name


def test_every_operation_asks_a_key_for_its_scope_and_its_hat_and_notes_the_use(everything):
    program = browser(None, everything.organisation)
    readers: dict[Any, Any] = {}
    for name, call in everything.calls().items():
        if (call.who.pk, call.hat) not in readers:
            other = "partner" if call.hat != "partner" else "sponsor"
            readers[call.who.pk, call.hat] = (
                bearer(token_of(call.who, everything.organisation, scopes=("read",), hats=(call.hat,))),
                bearer(token_of(call.who, everything.organisation, hats=(other,))),
            )
        reads, elsewhere = readers[call.who.pk, call.hat]
        with undone():
            ApiToken.objects.update(last_used_at=None)
            answer = send(program, call, **reads)
            if answer.streaming:
                b"".join(answer.streaming_content)
            expected = (call.status, None) if call.method == "GET" else (403, "out_of_scope")
            code = answer.json()["code"] if answer.status_code == 403 else None
            assert (answer.status_code, code) == expected, name
            assert ApiToken.objects.filter(last_used_at__isnull=False).count() == 1, name
            answer = send(program, call, **elsewhere)
            assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope"), name


def test_every_refusal_of_every_operation_has_the_one_shape(everything):
    client, nobody = everything.browser(everything.stranger), browser(None, everything.organisation)
    for name, call in everything.calls().items():
        answers = [send(nobody, call), send(client, call, hat="king")]
        if call.method != "GET":
            answers.append(client.generic(call.method, BASE + call.path, "{", content_type="application/json"))
            answers.append(client.generic(call.method, BASE + call.path, "x", content_type="text/plain"))
        for answer in answers:
            assert answer.status_code >= 400, name
            assert set(json.loads(answer.content)) == {"code", "detail"}, name
