"""Reading a body: small, plain JSON that means one thing, or nothing at all."""

from __future__ import annotations

import json
import math
from typing import IO, TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DEEP = 20
MOST_PARTS = 1000
"""A body beyond the usual length is one long text, and not many things."""


class TooLarge(APIException):
    """A body that is longer than anything the API takes."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("The body is too large.")


class PlainJson(BaseParser):
    """JSON without what parsers disagree about: doubled names, numbers beyond numbers, halves of characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        usual = settings.API_BODY_BYTES
        most = parser_context["view"].body_limit if parser_context else usual
        raw = stream.read(most + 1)
        if len(raw) > most or (len(raw) > usual and sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MOST_PARTS):
            raise TooLarge
        try:
            found = json.loads(raw.decode(), object_pairs_hook=_once_each, parse_constant=_refused, parse_float=_finite)
            _look_through(found)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not JSON as it should be.")) from None
        return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number that can be kept")
    return number


def _look_through(found: Any) -> None:
    """Refuse what is too deep, and text that no database keeps."""
    waiting = [(found, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEEP:
            raise ValueError("too deep")
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            value.encode()
            if "\0" in value:
                raise ValueError("an empty character")
