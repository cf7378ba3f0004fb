"""The API describes itself truly, and its page asks nothing of any other host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from api.views import _description
from tests import world

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
