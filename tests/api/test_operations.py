"""Every operation is called: by the one who may, and by everybody who may not."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern

from api.schema import Problem
from api.v1.router import urlpatterns
from rollout.kernel import permissions
from rollout.organisations.models import Organisation
from tests import rooms, world, world_pairs
from tests.world import browser
from tests.world_api import CANARY, Call, bearer, send, token_of, undone

NOTHING_HERE = b'{"code":"not_found","detail":"Not found."}'
WITHOUT_NAMES = {"me_retrieve", "me_partial_update", "pairs_create", "webhooks_create"} | set(rooms.merged("FOR_ALL"))
"""What anybody may do in their own name."""


def declared() -> dict[str, Any]:
    """Every operation that the router knows, with the view class that answers."""
    return {
        f"{pattern.callback.initkwargs['basename']}_{action}".replace("-", "_"): pattern.callback.cls
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern)
        for action in pattern.callback.actions.values()
    }


def answers(calls: dict[str, Call], who: Any, **more: Any) -> dict[str, Any]:
    """The answer to each call when somebody makes it; `who` chooses the browser for a call."""
    found = {}
    for name, call in calls.items():
        client = who(call)
        with undone():
            found[name] = send(client, call, **more)
            if found[name].streaming:
                assert b"".join(found[name].streaming_content).startswith(b"%PDF")
    return found


def is_harmless(name: str, call: Call, answer: Any) -> bool:
    """Nothing was said or done: not found, or a list without a word of ours."""
    if answer.status_code == 404:
        return bool(answer.content == NOTHING_HERE)
    mine = CANARY.encode() not in answer.content
    return mine and (name in WITHOUT_NAMES or (call.method == "GET" and "/" not in call.path.split("?")[0][:-1]))


def test_every_operation_has_a_row_and_a_permission(everything):
    operations = declared()
    assert set(everything.calls()) == set(operations)
    assert len(operations) >= 40
    for name, view in operations.items():
        action = name.removeprefix(f"{_prefix(name, operations)}_")
        assert view.permissions[action] in permissions.all_names(), name


def _prefix(name: str, operations: dict[str, Any]) -> str:
    actions = operations[name].permissions
    return next(name.removesuffix(f"_{action}") for action in sorted(actions, key=len, reverse=True)
                if name.endswith(f"_{action}"))  # fmt: skip


def test_who_may_gets_an_answer_in_a_browser(everything):
    calls = everything.calls()
    found = answers(calls, lambda call: everything.browser(call.who))
    wrong = {name: (answer.status_code, answer.content) for name, answer in found.items()
             if answer.status_code != calls[name].status}  # fmt: skip
    assert wrong == {}
    assert all("application/json" in answer["Content-Type"] for answer in found.values()
               if not answer.streaming and answer.status_code != 204)  # fmt: skip


def test_who_may_gets_the_same_with_a_key(everything):
    organisation, program, keys = everything.organisation, browser(None, everything.organisation), {}
    calls = {name: call for name, call in everything.calls().items() if call.method == "GET" or "decisions" in name}
    for name, call in calls.items():
        holder = (call.who.pk, call.hat)
        keys[holder] = keys.get(holder) or token_of(call.who, organisation, hats=(call.hat,))
        with undone():
            answer = send(program, call, **bearer(keys[holder]))
            said = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == call.status, (name, said)


def test_a_stranger_finds_nothing(everything):
    calls = everything.calls()
    found = answers(calls, lambda call: everything.browser(everything.stranger))
    assert [name for name, answer in found.items() if not is_harmless(name, calls[name], answer)] == []


def test_another_pair_and_another_office_find_nothing(everything):
    calls = everything.calls()
    found = answers(calls, lambda call: everything.browser(call.rival))
    harmful = {name: (answer.status_code, answer.content[:200]) for name, answer in found.items()
               if not is_harmless(name, calls[name], answer)}  # fmt: skip
    assert harmful == {}


def in_the_south() -> tuple[Organisation, Any]:
    """A rollout lead of another organisation, who could sign there."""
    south = Organisation.objects.get(slug="south")
    lead = world.lead(south)
    world_pairs.accepted(lead)
    return south, lead


def test_another_organisation_finds_nothing(everything):
    south, lead = in_the_south()
    calls = everything.calls()
    # in their own house, as everybody may in theirs
    made_there = {"invitations_create", "boards_create", "registration_partial_update"}
    client = browser(lead, south)
    found = answers(calls, lambda call: client)
    harmful = {name: (answer.status_code, answer.content[:200]) for name, answer in found.items()
               if not is_harmless(name, calls[name], answer) and name not in made_there}  # fmt: skip
    assert harmful == {}


def test_a_session_or_a_key_of_another_organisation_is_nobody_here(everything):
    south, lead = in_the_south()
    for headers in ({}, bearer(token_of(lead, south, hats=("rollout_lead",)))):
        here = browser(lead, south)
        here.defaults["HTTP_HOST"] = "north.localhost"
        found = answers(everything.calls(), lambda call, here=here: here, **headers)
        assert {answer.status_code for answer in found.values()} == {401}


def test_nobody_is_answered_without_a_name(everything):
    client = browser(None, everything.organisation)
    found = answers(everything.calls(), lambda call: client)
    assert {answer.status_code for answer in found.values()} == {401}
    assert {answer.content for answer in found.values()} == {
        b'{"code":"not_authenticated","detail":"Authentication credentials were not provided."}'
    }
    assert all(answer["WWW-Authenticate"] == "Bearer" for answer in found.values())


def test_hidden_and_missing_and_no_address_are_the_same_bytes(everything):
    client = everything.browser(everything.rival)
    missing = "00000000-0000-4000-8000-000000000000"
    paths = [f"decisions/{everything.draft.pk}/", f"decisions/{missing}/", "decisions/not-an-id/", "no/such/thing/",
             "decisions", f"shown-pairs/{everything.mine.pair.pk}/", "%2e%2e/decisions/", "decisions;/"]  # fmt: skip
    found = [client.get(f"/api/v1/{path}") for path in paths]
    assert {(answer.status_code, answer.content) for answer in found} == {(404, NOTHING_HERE)}


def test_a_hat_that_is_not_held_opens_nothing_and_an_unknown_one_is_refused(everything):
    client = everything.browser(everything.professional)
    assert client.get("/api/v1/members/", headers={"capacity": "rollout_lead"}).content == NOTHING_HERE
    assert client.get("/api/v1/pairs/", headers={"capacity": "sponsor"}).content == NOTHING_HERE
    answer = client.get("/api/v1/pairs/", headers={"capacity": "king"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_capacity")


def test_every_refusal_has_the_same_shape(everything):
    client = everything.browser(everything.professional)
    found = [
        client.get("/api/v1/decisions/?state=none"),
        client.delete("/api/v1/decisions/"),
        client.post("/api/v1/decisions/", "{", content_type="application/json"),
        client.post("/api/v1/decisions/", "<a/>", content_type="application/xml"),
        client.post("/api/v1/decisions/", "x" * 300_000, content_type="application/json"),
        client.get("/api/v1/nothing/"),
        client.options("/api/v1/pairs/"),
    ]
    assert [answer.status_code for answer in found] == [400, 405, 400, 415, 413, 404, 405]
    for answer in found:
        assert set(answer.json()) == set(Problem().fields)
