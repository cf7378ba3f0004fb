"""What a member was typing when the session ended: offered again, to them alone."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from rollout.accounts import typed
from rollout.kernel.views import Guarded
from tenants.members import permissions

_MADE_BY_US = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Hashes and ids that a form carries along, which nobody typed."""


class TypedBefore(Guarded):
    """Take up again what was typed, or throw it away. To look changes nothing.

    What belongs to somebody else, to another browser or organisation, what is too old and what was used says what a
    page says where there never was anything.
    """

    permission = permissions.TAKE_UP_TYPED

    def get(self, request: HttpRequest) -> HttpResponse:
        found = typed.offered(request)
        context = {"typed": found, "rows": _rows(found) if found else []}
        return render(request, "members/typed_page.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        found = typed.offered(request)
        if found is None:
            return HttpResponseRedirect(typed.OFFER)
        if request.POST.get("choice") == "again":
            return HttpResponseRedirect(_way_back(found) if typed.take_up(found) else typed.OFFER)
        response = HttpResponseRedirect("/")
        typed.throw_away(found, response)
        return response


def _view_at(path: str) -> Any:
    try:
        return getattr(resolve(path.partition("?")[0]).func, "view_class", None)
    except Resolver404:
        return None


def _way_back(found: typed.Typed) -> str:
    """The form's own page; where a form stood on another page and its address only takes it, that page."""
    return found.path if hasattr(_view_at(found.path), "get") else found.page


def _rows(found: typed.Typed) -> list[dict[str, str]]:
    """What was typed, as its writer reads it."""
    fields = getattr(getattr(_view_at(found.path), "form_class", None), "base_fields", {})
    rows = []
    for name, values in found.fields.lists():
        field = fields.get(name) or fields.get(re.sub(r"_[0-9]+$", "", name))
        label = str(field.label or "") if field else ""
        value = ", ".join(value for value in values if value and not _MADE_BY_US.fullmatch(value))
        if value:
            rows.append({"key": label or name.replace("_", " ").capitalize(), "value": value})
    return rows or [{"key": _("Your answer"), "value": _("You pressed a button. Nothing was typed.")}]
