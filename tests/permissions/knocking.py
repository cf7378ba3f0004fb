"""Calling addresses as somebody, and seeing what the call wrote."""

from __future__ import annotations

import re
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.signals import got_request_exception
from django.db import connections, transaction
from django.test import RequestFactory
from django.test.client import ClientHandler

from tests.crawl import headers_of, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http.response import HttpResponseBase

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
_ROWS = " + ".join(f"pg_stat_get_xact_tuples_{change}(oid)" for change in ("inserted", "updated", "deleted"))
_WRITTEN = f"SELECT relname, {_ROWS} FROM pg_catalog.pg_class WHERE relkind = 'r' AND oid > 16384 AND {_ROWS} > 0"
LAST_USE = "accounts_session"
"""A session's last use, to the minute, is kept on every page."""


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]
    trouble: str = ""
    response: Any = None
    asked: tuple[str, ...] = ()
    """What the database was asked meanwhile, in this order, with every value masked."""

    def seen(self, *named: str) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
        """All by which two answers can be told apart, but for the values that stood in the address."""
        told = headers_of(self.headers)
        body = masked(self.body)
        for value in named:
            told = [(name, header.replace(f"%2F{value}%2F", "%2F*%2F")) for name, header in told]
        for value in filter(_is_unmistakable, named):
            told = [(name, header.replace(value, "*")) for name, header in told]
            body = body.replace(value.encode(), b"*")
        return self.status, body, tuple(told)


def _is_unmistakable(value: str) -> bool:
    return len(value) > 8  # a short one stands in a page for other reasons too


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every question to both aliases, as text without its values. What a session notes of its use, once a minute, is
    left out, and so are the savepoints around it."""
    heard: list[str] = []

    def hear(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(('UPDATE "accounts_session"', "SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            heard.append(_LITERAL.sub("?", sql))
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(hear), connections["platform"].execute_wrapper(hear):
        yield heard


@dataclass
class Knocker:
    """A browser on one host with its cookies, stripped to what a call needs."""

    host: str
    cookies: dict[str, str]
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))
    factory: RequestFactory = field(default_factory=RequestFactory)

    https: bool = False
    language: str = "en"
    """What the browser asks for."""

    def __call__(self, method: str, address: str, data: Any = None, **headers: str) -> Answer:
        make = getattr(self.factory, method.lower())
        more = {"data": data} if data is not None else {}
        if self.https:
            headers["HTTP_X_FORWARDED_PROTO"] = "https"
        request = make(
            address, secure=self.https, HTTP_HOST=self.host, HTTP_ACCEPT_LANGUAGE=self.language, **more, **headers
        )
        environ = request.environ
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told: list[str] = []

        def note(**_kwargs: Any) -> None:
            told.append(traceback.format_exc())

        got_request_exception.connect(note, weak=False)
        try:
            with listening() as asked:
                response: HttpResponseBase = self.handler(environ)
        finally:
            got_request_exception.disconnect(note)
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        self.cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
        return Answer(response.status_code, body, dict(response.headers), "\n".join(told), response, tuple(asked))


def _counted() -> dict[str, int]:
    found: dict[str, int] = {}
    for alias in ("default", "platform"):
        with connections[alias].cursor() as cursor:
            cursor.execute(_WRITTEN)
            found |= {f"{alias}.{table}": rows for table, rows in cursor.fetchall()}
    return found


class Written(set[str]):
    """The tables in which rows were added, changed or removed since the start, also by what was rolled back."""

    def start(self) -> None:
        """What was written until now does not count."""
        self._before = _counted()

    def stop(self) -> None:
        """Count."""
        changed = {name for name, rows in _counted().items() if rows != self._before.get(name, 0)}
        self |= {name.partition(".")[2] for name in changed} - {LAST_USE}


@contextmanager
def undone() -> Iterator[Written]:
    """Whatever happens inside is taken back. At the end, `Written` holds the tables that were touched."""
    tables = Written()
    with transaction.atomic(using="platform"), transaction.atomic():
        tables.start()
        yield tables
        tables.stop()
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="platform")
