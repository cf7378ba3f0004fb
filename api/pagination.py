"""Lists come in pages with a cursor: no totals, so no page betrays how much there is."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Twenty-five entries a page; `?limit=` asks for up to a hundred."""

    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100
    ordering = "-pk"
