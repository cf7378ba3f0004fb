"""One JSON line per log record, without personal data: ids and codes only."""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar

current_request: ContextVar[str | None] = ContextVar("current_request", default=None)


class RequestId(logging.Filter):
    """Puts the request's id on every log record of that request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request.get()
        return True


LONGEST_MESSAGE = 2000
DEEPEST = 20
"""How many steps of the way to a failure are kept."""


class JsonLine(logging.Formatter):
    """Structured logs. Line breaks and control characters cannot forge a second line: JSON escapes them.

    What a failure says may quote what somebody typed, and an address may hold the token of a letter's link: a line
    tells the failure's name and place, and the pattern of the address.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_address(record)[:LONGEST_MESSAGE],
        }
        if (request_id := getattr(record, "request_id", None)) is not None:
            line["request"] = request_id
        if record.exc_info and record.exc_info[1]:
            line["error"] = _place_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _without_address(record: logging.LogRecord) -> str:
    """The message with the pattern of the request's address in place of the address itself."""
    message, request = record.getMessage(), getattr(record, "request", None)
    if path := getattr(request, "path", ""):
        found = getattr(request, "resolver_match", None)
        message = message.replace(path, f"/{found.route}" if found else "an address that leads nowhere")
    return message


def _place_of(error: BaseException | None) -> str:
    """The names of a failure and of those behind it, and the way through the code; never their words."""
    told: list[str] = []
    while error is not None and len(told) < DEEPEST:
        steps = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        way = " > ".join(f"{step.filename}:{step.lineno} {step.name}" for step in steps)
        told.append(f"{type(error).__name__} at {way}")
        error = error.__cause__ or error.__context__
    return " | because of ".join(told)[:8000]
