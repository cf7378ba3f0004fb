"""How operations describe themselves: one plain sentence, what they take and give, and every way they refuse.

The description is for programmers and in English, like the codes that it explains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from api import replay
from tenants.members.queries import HATS

Handler = TypeVar("Handler", bound=Callable[..., Any])

ANSWERS = {"200": "As asked.", "201": "Made.", "204": "Done."}
REFUSALS = {
    "400": "The body or the query is not as described: `invalid`, `parse_error`, `invalid_key`, `unknown_capacity`.",
    "401": "Nobody known asks: no session and no key that works here: `not_authenticated`.",
    "403": "The key was made for less (`out_of_scope`), a browser came from elsewhere (`csrf_refused`), or the person"
    " has to prove with a second factor who they are (`second_factor_required`).",
    "404": "It does not exist, or not for this person in this hat: `not_found`.",
    "412": "Somebody changed it since it was read: `changed_meanwhile`.",
    "413": "The body is too large: `too_large`.",
    "415": "The body is not JSON: `unsupported_media_type`.",
    "422": "The repeat key stands for another request: `key_used`.",
    "429": "Too many requests; `Retry-After` says when: `throttled`.",
}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": True}]})
class _Detail(serializers.JSONField):
    pass


class Problem(serializers.Serializer[Any]):
    """A refusal. The code is for programs and stays; the detail is for people, or says what is wrong field by field."""

    code = serializers.CharField()
    detail = _Detail()


def operation(
    *, gives: Any = None, takes: Any = None, status: int = 200, refuses: Sequence[str] = ()
) -> Callable[[Handler], Handler]:
    """Declare an operation; its docstring is the sentence. `refuses` are the codes of the rules that may say no."""

    def declared(handler: Handler) -> Handler:
        handler.refuses = tuple(refuses)  # type: ignore[attr-defined]
        responses = gives if isinstance(gives, dict) else {status: gives}
        found: Handler = extend_schema(request=takes, responses=responses)(handler)
        return found

    return declared


def refusal(description: str) -> dict[str, Any]:
    """A refusal as the description of the API writes it."""
    problem = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/json": {"schema": problem}}}


def with_refusals(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Write down once what all operations share."""
    result["components"]["responses"] = {status: refusal(words) for status, words in REFUSALS.items()}
    return result


class Described(AutoSchema):
    """Adds to each operation what all have: the hat, the repeat key, the precondition, and the refusals."""

    view: Any

    def get_operation_id(self) -> str:
        return f"{self.view.basename}_{self.view.action}".replace("-", "_")

    def get_tags(self) -> list[str]:
        return [self.view.basename]

    def get_summary(self) -> str | None:
        return self._sentences()[0]

    def get_description(self) -> str:  # type: ignore[override]
        return self._sentences()[1]

    def get_override_parameters(self) -> list[Any]:
        hat = OpenApiParameter(
            "Capacity",
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            description="The hat that the person wears for this request: `partner`, or an office that they hold.",
            enum=[str(hat) for hat in HATS],
            default="partner",
        )
        found: list[Any] = [hat]
        if self.method == "POST" and self.view.action not in self.view.forgotten:
            found.append(
                OpenApiParameter(
                    replay.HEADER,
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description="A new word for each request. The same word again gives the same answer for a day.",
                )
            )
        if self.method in ("PATCH", "PUT"):
            found.append(
                OpenApiParameter(
                    "If-Match",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description="The `ETag` that was read. Without it, the last writer wins.",
                )
            )
        return found

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        found: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if found is None:
            return None
        for status, response in found["responses"].items():
            response["description"] = response["description"] or ANSWERS[status]
        self.resolve_serializer(Problem, "response")
        for status in self._refusals():
            found["responses"].setdefault(status, {"$ref": f"#/components/responses/{status}"})
        if codes := ", ".join(f"`{code}`" for code in self._codes()):
            found["responses"]["409"] = refusal(f"A rule says no: {codes}.")
        return found

    def _sentences(self) -> tuple[str, str]:
        words = getattr(self.view, self.view.action).__doc__ or ""
        first, _blank, rest = words.strip().partition("\n")
        return first.strip(), " ".join(rest.split())

    def _codes(self) -> list[str]:
        codes = [*getattr(self.view, self.view.action).refuses]
        if self.view.action in self.view.signs:
            codes.append("terms_not_accepted")
        if self.method == "POST" and self.view.action not in self.view.forgotten:
            codes.append("still_running")
        return codes

    def _refusals(self) -> list[str]:
        found = ["400", "401", "403", "404", "429"]
        if self.method not in ("GET", "HEAD"):
            found += ["413", "415"]
        if self.method in ("PATCH", "PUT"):
            found.append("412")
        if self.method == "POST" and self.view.action not in self.view.forgotten:
            found.append("422")
        return found


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.OwnToken"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal key, made on the page of one's keys."}


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.OwnSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A signed-in browser. Writing needs the header `X-CSRFToken` as well.",
        }
