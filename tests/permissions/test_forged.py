"""Forms that come from elsewhere do nothing; and where nothing can be recorded, nothing is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string, _mask_cipher_secret
from django.test.client import ClientHandler

from tenants.audit import actions as audit
from tests.permissions.house import OWN
from tests.permissions.matrix import DOORS, Street, contents, typed_at, undone
from tests.permissions.routes import ORGANISATION, Route, pages

WRITING = [route for route in pages() if "post" in route.methods]
HARMLESS = {"public.accounts_session": "when a session was used last"}


def address_of(street: Street, route: Route) -> str:
    things, door = street.house.things[OWN], DOORS[str(route)]
    return route.address(**{name: things[door.takes[name]] for name in route.parameters})


def test_a_form_without_its_token_or_from_another_site_is_refused_everywhere(street: Street):
    handler, wrong = ClientHandler(enforce_csrf_checks=True), []
    before = contents()
    secret = _get_new_csrf_string()
    token = {"csrfmiddlewaretoken": _mask_cipher_secret(secret)}
    for route in WRITING:
        door, where = DOORS[str(route)], address_of(street, route)
        knocker = replace(street.knocker(door.who[0], route), handler=handler)
        typed = typed_at(door, street.house.things[OWN])
        bare = knocker("POST", where, typed)
        knocker.cookies[settings.CSRF_COOKIE_NAME] = secret
        foreign = knocker("POST", where, {**typed_at(door, street.house.things[OWN]), **token},
                          HTTP_ORIGIN="http://evil.example")  # fmt: skip
        wrong += [(str(route), answer.status) for answer in (bare, foreign) if answer.status != 403]
        assert b"evil" not in foreign.body
    assert wrong == []
    after = contents()
    assert {table for table in after if after[table] != before[table]} <= set(HARMLESS)


def test_the_same_form_with_its_token_is_taken(street: Street):
    """The control: what was missing above was the token and nothing else."""
    handler, taken = ClientHandler(enforce_csrf_checks=True), 0
    secret = _get_new_csrf_string()
    for route in WRITING:
        door = DOORS[str(route)]
        knocker = replace(street.knocker(door.who[0], route), handler=handler)
        knocker.cookies[settings.CSRF_COOKIE_NAME] = secret
        typed = typed_at(door, street.house.things[OWN]) | {"csrfmiddlewaretoken": _mask_cipher_secret(secret)}
        with undone():
            answer = knocker("POST", address_of(street, route), typed)
        assert answer.status < 400, (route, answer.trouble)
        taken += 1
    assert taken == len(WRITING) > 60


def test_what_cannot_be_recorded_is_not_done(street: Street, monkeypatch: pytest.MonkeyPatch):
    def fails(entries: list[Any]) -> None:
        raise OSError("the record is away")

    monkeypatch.setattr(audit, "_write", fails)
    # Of a witness, and of somebody who has left, the database writes the entry itself, in the function that does the
    # act. The switch for second factors lies with the platform, whose own chain records it in the act's transaction.
    recording = [route for route in WRITING if DOORS[str(route)].records and route.host == ORGANISATION
                 and route.path.startswith(("/people", "/pairs", "/rollout", "/boards"))
                 and route.path not in ("/people/second-step/", "/pairs/<uuid:pair>/release/")]  # fmt: skip
    before, wrong = contents(), []
    for route in recording:
        door = DOORS[str(route)]
        answer = street.call(
            route, door, street.arrive(route, door, door.who[0], "POST"), _values(street, route), "POST"
        )
        if answer.status != 500 or "the record is away" not in answer.trouble:
            wrong.append((str(route), answer.status))
    assert wrong == []
    assert len(recording) > 40
    after = contents()
    assert {table for table in after if after[table] != before[table]} <= set(HARMLESS)


def _values(street: Street, route: Route) -> dict[str, Any]:
    things, door = street.house.things[OWN], DOORS[str(route)]
    return {name: things[door.takes[name]] for name in route.parameters}
