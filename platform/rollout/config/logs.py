"""One JSON line per log record, without personal data: ids and codes only."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar

current_request: ContextVar[str | None] = ContextVar("current_request", default=None)


class RequestId(logging.Filter):
    """Puts the request's id on every log record of that request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request.get()
        return True


class JsonLine(logging.Formatter):
    """Structured logs. Line breaks and control characters cannot forge a second line: JSON escapes them."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:2000],
        }
        if (request_id := getattr(record, "request_id", None)) is not None:
            line["request"] = request_id
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)[-4000:]
        return json.dumps(line, ensure_ascii=True)
