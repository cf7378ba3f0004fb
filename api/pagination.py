"""Lists come in pages with a cursor: no totals, so no page betrays how much there is."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Q
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.serializers import IntegerField
from rest_framework.utils.urls import replace_query_param

if TYPE_CHECKING:
    from rest_framework.request import Request

Position = tuple[str, str]


class Pages(BasePagination):
    """Twenty-five entries a page; `?limit=` asks for up to a hundred. A cursor is closed writing: it tells nothing.

    It may hold a title, and addresses end up in logs. Closed under a key it is also nobody's to make up.
    """

    cursor_parameter = "cursor"
    limit_parameter = "limit"
    page_size = 25
    most = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """A page of a queryset that is sorted by one column and the id, both in the same direction."""
        column, tie = queryset.query.order_by
        here = self._start(request, view, column)
        if here is not None:
            side = "lt" if column.startswith("-") else "gt"
            name, value = column.lstrip("-"), here[0]
            queryset = queryset.filter(
                Q(**{f"{name}__{side}": value}) | Q(**{name: value, f"{tie.lstrip('-')}__{side}": here[1]})
            )
        return self._page(queryset, lambda entry: (_plain(getattr(entry, column.lstrip("-"))), str(entry.pk)))

    def paginate_list(self, entries: Sequence[Any], key: str, request: Request, view: Any, identity: str) -> list[Any]:
        """A page of what is a list already, sorted by an attribute and the id; a minus turns it round."""
        name, turned = key.removeprefix("-"), key.startswith("-")

        def position(entry: Any) -> Position:
            return _plain(getattr(entry, name)), str(getattr(entry, identity))

        here = self._start(request, view, key)
        ordered = sorted(entries, key=position, reverse=turned)
        if here is not None:
            ordered = [entry for entry in ordered if (position(entry) < here if turned else position(entry) > here)]
        return self._page(ordered, position)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_address, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "nullable": True,
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": self.limit_parameter,
                "in": "query",
                "description": "How many entries a page has.",
                "schema": {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.page_size},
            },
            {
                "name": self.cursor_parameter,
                "in": "query",
                "description": "Where a page starts. It stands in the address of the next page.",
                "schema": {"type": "string"},
            },
        ]

    def _start(self, request: Request, view: Any, column: str) -> Position | None:
        limit = request.query_params.get(self.limit_parameter, self.page_size)
        try:
            self.limit = IntegerField(min_value=1, max_value=self.most).run_validation(limit)
        except ValidationError as problem:
            raise ValidationError({self.limit_parameter: problem.detail}) from None
        self.address = request.build_absolute_uri()
        # A cursor belongs to one list in one order.
        self.bound = f"{getattr(view, 'basename', '')}|{getattr(view, 'action', '')}|{column}".encode()
        cursor = request.query_params.get(self.cursor_parameter)
        return None if cursor is None else self._opened(cursor)

    def _page(self, entries: Any, position: Any) -> list[Any]:
        page = list(entries[: self.limit + 1])
        self.next_address = None
        if len(page) > self.limit:
            page.pop()
            closed = self._closed(position(page[-1]))
            self.next_address = replace_query_param(self.address, self.cursor_parameter, closed)
        return page

    def _closed(self, position: Position) -> str:
        return urlsafe_b64encode(_cipher().encrypt(json.dumps(position).encode(), [self.bound])).decode()

    def _opened(self, cursor: str) -> Position:
        try:
            value, identity = json.loads(_cipher().decrypt(urlsafe_b64decode(cursor.encode()), [self.bound]))
        except (ValueError, InvalidTag):
            raise NotFound from None
        return value, identity


def _cipher() -> AESSIV:
    # The same position always gives the same cursor, so the same list gives the same bytes.
    return AESSIV(hashlib.sha512(b"rollout.api.cursor|" + settings.SECRET_KEY.encode()).digest())


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
