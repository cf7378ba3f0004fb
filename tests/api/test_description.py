"""The API describes itself truly, and its page asks nothing of any other host."""

from __future__ import annotations

import re
import shlex
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from api.views import _description
from tests import world
from tests.world_api import token_of

NORTH = "north.localhost"


@pytest.fixture
def described(north) -> dict[str, Any]:
    return Client(HTTP_HOST=NORTH).get("/api/v1/schema/").json()


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {found["operationId"]: found for path in described["paths"].values() for found in path.values()}


def test_the_description_is_whole_and_without_a_warning(described):
    _description.cache_clear()
    GENERATOR_STATS.reset()
    _description()
    assert not GENERATOR_STATS
    validate_schema(described)
    assert len(operations(described)) >= 40


def test_everybody_reads_the_same_bytes_and_leaves_no_trace(north, browser_of):
    stranger = Client(HTTP_HOST=NORTH)
    answer = stranger.get("/api/v1/schema/", headers={"accept-language": "fr"})
    assert answer.content == browser_of(world.member(north, "Petra"), north).get("/api/v1/schema/").content
    assert not stranger.cookies
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"


def test_every_operation_says_in_one_sentence_what_it_does_and_how_it_refuses(described):
    for name, found in operations(described).items():
        assert re.fullmatch(r"[A-Z][^.]*\.", found["summary"]), (name, found["summary"])
        assert {"400", "401", "403", "404", "429"} <= set(found["responses"]), name
        assert found["security"] == [{"key": []}, {"session": []}], name
        for status, response in found["responses"].items():
            assert response.get("$ref") == f"#/components/responses/{status}" or response["description"], name
    sentences = [found["summary"] for found in operations(described).values()]
    assert len(sentences) == len(set(sentences)) or _doubled(sentences) <= {
        "The invitations that wait for an answer.",
        "Send the e-mail again with a new link; the old one is dead.",
    }


def _doubled(sentences: list[str]) -> set[str]:
    return {sentence for sentence in sentences if sentences.count(sentence) > 1}


def test_every_filter_field_and_header_is_explained(described):
    for name, found in operations(described).items():
        for parameter in found["parameters"]:
            assert parameter.get("description") or parameter["in"] == "path", (name, parameter["name"])
        headers = {parameter["name"] for parameter in found["parameters"] if parameter["in"] == "header"}
        assert "Capacity" in headers
    for name, part in described["components"]["schemas"].items():
        assert part.get("description") or name.startswith("Paginated"), name


def test_nothing_that_is_hidden_has_a_name_in_the_description(described):
    words = str(described).lower()
    assert [word for word in ("token_hash", "snapshot_path", "pdf_path", "seq", "previous_hash") if word in words] == []


def test_the_page_is_made_of_files_of_this_host(north):
    page = Client(HTTP_HOST=NORTH).get("/api/v1/docs/")
    text = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href|data-schema)="([^"]+)"', text)
    assert len(addresses) >= 5
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    files = [address.removeprefix("/static/") for address in addresses if address.startswith("/static/")]
    assert all(finders.find(file) for file in files)
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def _asked(line: str, secret: str) -> Any:
    """The answer to a curl as it is typed, with a key in place of the dots."""
    said = shlex.split(line.replace("\\\n", " ").replace("cp_…", secret))
    assert said.pop(0) == "curl"
    headers, address, method = {}, "", "GET"
    while said:
        word = said.pop(0)
        if word == "--header":
            name, _colon, value = said.pop(0).partition(": ")
            headers[name] = value
        else:
            address = word
    parts = urlsplit(address)
    assert parts.hostname in (NORTH, "north.example.org")
    return Client(HTTP_HOST=NORTH).generic(method, f"{parts.path}?{parts.query}", headers=headers)


def test_the_page_starts_with_a_curl_that_works(north):
    who = world.member(north, "Petra Partner")
    text = Client(HTTP_HOST=NORTH).get("/api/v1/docs/").content.decode()
    line = unescape(re.findall(r"<code[^>]*>([^<]+)</code>", text)[0])
    answer = _asked(line, token_of(who, north))
    assert (answer.status_code, answer.json()["name"]) == (200, "Petra Partner")
    assert _asked(line, "cp_…").status_code == 401


def test_every_reading_curl_of_the_documentation_works(north):
    lead = world.lead(north)
    text = (Path(settings.ROOT) / "docs" / "api.md").read_text()
    lines = [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "--request" not in block]
    assert len(lines) >= 2
    assert text.index("```sh") < text.index("##")
    secret = token_of(lead, north, hats=("partner", "rollout_lead"))
    assert {_asked(line, secret).status_code for line in lines} == {200}


def test_the_page_has_one_main_part_without_scripts_and_leaves_it_to_them(north):
    text = Client(HTTP_HOST=NORTH).get("/api/v1/docs/").content.decode()
    assert text.count("<main") == 1
    # What the script draws, with a main part of its own, takes the place of ours.
    drawn = text[text.index('<div id="drawn"') :]
    assert "<main" in drawn
    script = Path(finders.find("api/docs.js")).read_text()
    assert 'getElementById("drawn")' in script
