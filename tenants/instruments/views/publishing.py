"""The instruments of an organisation: those that are there, and adding one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.instruments import actions, forms, permissions, queries, rendering
from tenants.instruments.models import Instrument
from tenants.members.models import Role

if TYPE_CHECKING:
    from rollout.kernel.forms import Form


class InstrumentList(Guarded):
    """Every version of every instrument, for who adds them."""

    permission = permissions.PUBLISH_INSTRUMENT
    capacity = Role.PROVIDER_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        columns, rows = rendering.instrument_table(queries.definitions(self.member).values())
        return render(request, "instruments/instrument_list_page.html", {"columns": columns, "rows": rows})


class InstrumentAdd(Guarded):
    """Write a definition, look at it as people will, and publish it for good."""

    permission = permissions.PUBLISH_INSTRUMENT
    capacity = Role.PROVIDER_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(forms.DefinitionForm(initial={"content": self._beginning()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.DefinitionForm(request.POST)
        if not form.is_valid() or "publish" not in request.POST:
            return self._page(form)
        try:
            made = actions.publish(content=form.cleaned_data["content"], by=self.member)
        except DomainError as refusal:
            form.add_error("content", str(refusal.message))
            return self._page(form)
        messages.success(request, _("“%(name)s” is published. Every pair can use it now.") % {"name": made.code})
        return HttpResponseRedirect(reverse("instruments:list"))

    def _page(self, form: Form) -> HttpResponse:
        definition = getattr(form, "definition", None) if form.is_bound and form.is_valid() else None
        sheets = [rendering.sheet_of(definition, language) for language in definition.words] if definition else []
        context: dict[str, Any] = {
            "form": form,
            "readers": readers_of(Instrument),
            "definition": definition,
            "sheets": sheets,
            "cancel_url": reverse("instruments:list"),
        }
        return render(self.request, "instruments/instrument_form_page.html", context)

    def _beginning(self) -> str:
        """One that is there, to begin with."""
        code, _dot, version = self.request.GET.get("from", "").partition(".")
        if not code:
            return ""
        if not version.isdigit():
            raise Http404
        content = queries.content_of(self.member, code, int(version))
        return json.dumps(content, ensure_ascii=False, indent=2)
