"""Requests made up from the description: no failure of ours, and no answer that is not described.

Five of each operation (`make check`: a hundred), well formed and malformed, about what is there and what is made up,
by who may, who may not and nobody. `API_EXAMPLES` asks for another number.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from contextlib import nullcontext
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import resolve
from hypothesis import strategies
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.views import _description
from tests.world_api import bearer, token_of, undone

EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def _one_connection_and_no_log():
    """The requests share this test's connection, so that what they do can be taken back; nobody writes them down."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    logging.disable(logging.WARNING)  # thousands of refusals are what is wanted here
    yield
    logging.disable(logging.NOTSET)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def without_headers(described: dict[str, Any]) -> dict[str, Any]:
    """The description without the headers: they are set here, and making them up would cost more than all the rest."""
    for path in described["paths"].values():
        for operation in path.values():
            operation["parameters"] = [part for part in operation["parameters"] if part["in"] != "header"]
    return described


def whole(application: Any) -> Any:
    """The service as a server runs it: what streams is read to its end and closed."""

    def answer(environ: Any, start: Any) -> list[bytes]:
        streamed = application(environ, start)
        try:
            return [b"".join(streamed)]
        finally:
            streamed.close()

    return answer


@pytest.mark.usefixtures("_one_connection_and_no_log")
def test_made_up_requests_meet_no_failure_and_nothing_undescribed(everything):
    schema = schemathesis.openapi.from_dict(without_headers(json.loads(_description())))
    schema.app = whole(get_wsgi_application())
    known = everything.calls()
    keys: dict[Any, dict[str, str]] = {}

    def key_of(who: Any, hat: str) -> dict[str, str]:
        if (who.pk, hat) not in keys:
            keys[who.pk, hat] = bearer(token_of(who, everything.organisation, hats=(hat,)))
        return keys[who.pk, hat]

    tried = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for found in schema.get_all_operations():
            operation = found.ok()
            name = operation.definition.raw["operationId"]
            call = known[name]
            common = {"Capacity": call.hat, "Host": "north.localhost"}
            may, may_not, nobody = key_of(call.who, call.hat), key_of(call.rival, call.hat), {}
            senders = [{**common, **key} for key in (may, may, may, may_not, nobody)]
            named = resolve(f"/api/v1/{call.path.split('?')[0]}", urlconf="rollout.config.urls_tenant").kwargs
            about = {"id" if part == "pk" else part: str(value) for part, value in named.items()}
            tried[name] = try_out(operation, senders, about)
    assert set(tried) == set(known)
    assert min(tried.values()) >= EXAMPLES, tried


def try_out(operation: Any, senders: list[dict[str, str]], named: dict[str, str]) -> int:
    """Made-up requests to one operation; how many."""
    reads, made = operation.method.upper() == "GET", 0
    sender, there = strategies.sampled_from(senders), strategies.booleans() if named else strategies.just(False)
    cases = [operation.as_strategy(generation_mode=mode) for mode in MODES]

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=cases[0] | cases[1], headers=sender, is_there=there)
    def asked(case: Any, headers: dict[str, str], is_there: bool) -> None:
        nonlocal made
        case.headers, case.cookies = {}, {}
        if is_there:
            case.path_parameters = named
        with nullcontext() if reads else undone():
            answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        made += 1

    with undone():
        asked()
        # A description without anything to choose is soon tried in every way: the same again counts as well.
        for _more in range(made, EXAMPLES):
            answer = operation.Case(path_parameters=named).call(headers=senders[0])
            operation.validate_response(answer)
            made += 1
    return made
