"""The rollout lead's page for taking the organisation's data along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.exports import actions, queries
from governance.exports.apps import PAGE
from governance.exports.contents import TABLES
from governance.exports.permissions import TAKE_DATA
from rollout.kernel.views import Guarded
from tenants.members.models import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class Exports(Guarded):
    """What a lead can take along, and the files that are ready."""

    permission = TAKE_DATA
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"exports": queries.exports_of(self.member), "tables": TABLES}
        return render(request, "exports/exports_page.html", context)


class ExportTake(Guarded):
    """Asking for a file."""

    permission = TAKE_DATA
    capacity = Role.ROLLOUT_LEAD

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.take_data(language=get_language() or "en", by=self.member)
        messages.success(
            request, _("The file is being made. You can leave this page: a notice tells you when it is ready.")
        )
        return redirect(PAGE)


class ExportFile(Guarded):
    """One finished file."""

    permission = TAKE_DATA
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        path = queries.file_of(self.member, pk)
        if path is None:
            raise Http404
        actions.note_taking(export=pk, by=self.member)
        name = slugify(request.organisation.slug)  # type: ignore[attr-defined]
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{name}-data.zip", content_type="application/zip"
        )
