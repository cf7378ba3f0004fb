"""What one wrote here, to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse

from tenants.pairs.views import OfPair
from tenants.relationship import permissions, taking

if TYPE_CHECKING:
    from uuid import UUID


class OwnEntries(OfPair):
    """One's own entries in this pair: a table for a spreadsheet, or data for a program with `?as=json`."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        if self.sides.mine is None:
            raise Http404
        entries = taking.own_entries(self.member, self.pair.pk)
        if request.GET.get("as") == "json":
            return _file(taking.as_json(entries), "application/json", "json")
        return _file(taking.as_csv(entries), "text/csv; charset=utf-8", "csv")


def _file(content: bytes, kind: str, ending: str) -> HttpResponse:
    name = f'attachment; filename="my-entries.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})
