"""The log: one JSON line for each record, whatever somebody sends, and nothing of what they typed or carry."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.test import Client, RequestFactory

from rollout.config.home import Home
from rollout.config.logs import JsonLine, RequestId
from rollout.kernel.tenancy import in_organisation
from tests import world

FORGED = 'x\r\n{"at": "now", "level": "critical", "message": "forged"}\n\x1b[31mred\x1b[0m\x00'


class Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Keeps what would be written, byte for byte."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.setFormatter(JsonLine())
        self.addFilter(RequestId())

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, root, django = Lines(), logging.getLogger(), logging.getLogger("django")
    levels = root.level, django.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    django.setLevel(logging.DEBUG)
    yield handler.written
    root.setLevel(levels[0])
    django.setLevel(levels[1])
    root.removeHandler(handler)


@pytest.mark.parametrize("where", ["path", "query", "agent", "header", "cookie", "body"])
def test_line_breaks_and_colours_and_a_megabyte_stay_in_one_line(north: Any, lines: list[str], where: str) -> None:
    client = Client(HTTP_HOST="north.localhost")
    much = FORGED + "y" * 1_000_000
    if where == "cookie":
        client.cookies["sessionid"] = "canaryinacookie" + "y" * 100_000
    headers = {"agent": {"User-Agent": much}, "header": {"Referer": much, "X-Request-Id": much}}.get(where, {})
    address = {"path": f"/no-such/{'%0d%0a%1b[31m' * 300}{'y' * 5000}/", "query": f"/nothing/?q=%0d%0a{'y' * 9000}"}
    data = {"code": much} if where == "body" else None
    call = client.post if data else client.get
    answer = call(address.get(where, "/nothing/"), data, headers=headers)  # type: ignore[operator]
    assert answer.status_code in (400, 403, 404)
    assert lines
    for line in lines:
        assert not set(line) & {"\r", "\n", "\x1b", "\0"}
        assert len(line) < 20_000
        assert json.loads(line)["level"] != "critical"
        assert "forged" not in line
        assert "canaryinacookie" not in line


def test_a_message_itself_cannot_forge_a_line(lines: list[str]) -> None:
    logging.getLogger("rollout").warning("said %s", FORGED)
    (line,) = lines
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["message"].startswith("said x\r\n")


def test_a_failure_is_told_by_its_name_and_place_and_never_by_its_words(
    north: Any, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Any, request: Any) -> None:
        try:
            raise KeyError("Zanzibarquill")
        except KeyError as cause:
            raise RuntimeError("typed: Zanzibarquill") from cause

    monkeypatch.setattr(Home, "get", fails)
    client = Client(HTTP_HOST="north.localhost", raise_request_exception=False)
    assert client.get("/").status_code == 500
    told = [json.loads(line) for line in lines if "error" in json.loads(line)]
    assert told
    assert all("RuntimeError at" in line["error"] and "because of KeyError at" in line["error"] for line in told)
    assert "Zanzibarquill" not in "".join(lines)


def test_an_address_is_told_by_its_pattern_since_it_may_be_the_key(north: Any, lines: list[str]) -> None:
    client = Client(HTTP_HOST="north.localhost", enforce_csrf_checks=True)
    assert client.post("/invitations/Zanzibarquill/accept/").status_code == 403
    assert client.get("/invitations/Zanzibarquill/").status_code == 404
    assert client.get("/Zanzibarquill/").status_code == 404
    assert "Zanzibarquill" not in "".join(lines)
    assert any("/invitations/<slug:token>/accept/" in line for line in lines)
    assert any("an address that leads nowhere" in line for line in lines)


def test_the_signed_context_is_in_no_line(committed: str, lines: list[str]) -> None:
    from rollout.organisations.models import Organisation

    north = Organisation.objects.get(slug="north")
    person = world.lead(north)
    connection.force_debug_cursor = True
    try:
        with in_organisation(north.place(person.pk)), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.force_debug_cursor = False
    assert any("SELECT 1" in line for line in lines), "statements are logged at this level"
    assert "rollout.context" not in "".join(lines)
    assert f"{north.role_name}|" not in "".join(lines)


def test_nobody_is_mailed_what_a_failing_request_carried() -> None:
    assert settings.ADMINS == []
    assert logging.getLogger("django").handlers == []


def test_a_wrong_host_is_no_second_line(lines: list[str]) -> None:
    request = RequestFactory().get("/", HTTP_HOST="x\n.example")
    with pytest.raises(DisallowedHost):
        request.get_host()
    logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: %r", "x\n.example")
    assert all("\n" not in line for line in lines)
