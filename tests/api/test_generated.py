"""Requests made up from the description: no failure of ours, and no answer that is not described.

`API_EXAMPLES=100` asks for that many of each operation.
"""

from __future__ import annotations

import json
import os
import warnings
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import resolve
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.views import _description
from tests.world_api import bearer, token_of, undone

FILE = "packs_pdf"
"""Its answer is no JSON: it is tried with the others' operations."""
EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def _one_connection():
    """The requests share this test's connection, so that what they do can be taken back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_made_up_requests_meet_no_failure_and_nothing_undescribed(everything):
    schema = schemathesis.openapi.from_dict(json.loads(_description()))
    schema.app = get_wsgi_application()
    holders = {
        "partner": everything.professional, "rollout_lead": everything.lead,
        "board_secretary": everything.board.secretary, "board_member": everything.board.director,
    }  # fmt: skip
    keys = {hat: bearer(token_of(who, everything.organisation, hats=(hat,))) for hat, who in holders.items()}
    known = everything.calls()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for found in schema.get_all_operations():
            operation = found.ok()
            name = operation.definition.raw["operationId"]
            if name == FILE:
                continue
            call = known[name]
            headers = {**keys[call.hat], "Capacity": call.hat, "Host": "north.localhost"}
            named = resolve(f"/api/v1/{call.path.split('?')[0]}", urlconf="rollout.config.urls_tenant").kwargs
            try_out(operation, headers, {"id" if part == "pk" else part: str(value) for part, value in named.items()})


def try_out(operation: Any, headers: dict[str, str], named: dict[str, str]) -> None:
    """Made-up requests to one operation, about something that is there and about something made up."""

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=_as_described(operation) | _otherwise(operation), is_there=hypothesis.strategies.booleans())
    def asked(case: Any, is_there: bool) -> None:
        cache.clear()
        case.headers, case.cookies = {}, {}
        if is_there and named:
            case.path_parameters = named
        with undone():
            answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    asked()


def _as_described(operation: Any) -> Any:
    return operation.as_strategy(generation_mode=GenerationMode.POSITIVE)


def _otherwise(operation: Any) -> Any:
    return operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
