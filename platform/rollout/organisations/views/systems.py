"""The operator's pages about systems: organisations that care together, to which a pair can apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.organisations import actions
from rollout.organisations.forms import JoinForm, SystemForm
from rollout.organisations.models import Organisation, System
from rollout.organisations.views.operator import Operator

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20


class Systems(Operator):
    """All systems, and a form for another one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, SystemForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SystemForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        system = actions.add_system(**form.cleaned_data, by=self.account)
        messages.success(request, _("The system is added. Now add its organisations."))
        return HttpResponseRedirect(reverse("operator-system", args=[system.pk]))

    def _page(self, request: HttpRequest, form: SystemForm) -> HttpResponse:
        page = Paginator(System.objects.prefetch_related("organisations"), PER_PAGE).get_page(request.GET.get("page"))
        rows = [
            [
                {"text": system.name, "url": reverse("operator-system", args=[system.pk])},
                system.get_kind_display(),
                _members(len(system.organisations.all())),
            ]
            for system in page
        ]
        context = {"form": form, "page": page, "rows": rows, "columns": [_("Name"), _("Kind"), _("Organisations")]}
        return render(request, "organisations/systems_page.html", context)


class OneSystem(Operator):
    """The organisations of one system: add one, or take one out. What pairs have handed in stays as it is."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        system = get_object_or_404(System, pk=pk)
        return self._page(request, system, JoinForm(system=system))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        system = get_object_or_404(System, pk=pk)
        if "remove" in request.POST:
            organisation = get_object_or_404(Organisation, slug=request.POST["remove"])
            actions.leave_system(system=system, organisation=organisation, by=self.account)
            said = _("%(organisation)s does not belong to %(system)s any more.")
        else:
            form = JoinForm(request.POST, system=system)
            if not form.is_valid():
                return self._page(request, system, form)
            organisation = form.cleaned_data["organisation"]
            actions.join_system(system=system, organisation=organisation, by=self.account)
            said = _("%(organisation)s belongs to %(system)s now.")
        messages.success(request, said % {"organisation": organisation.name, "system": system.name})
        return HttpResponseRedirect(reverse("operator-system", args=[system.pk]))

    def _page(self, request: HttpRequest, system: System, form: JoinForm) -> HttpResponse:
        members = Paginator(system.organisations.order_by("name", "slug"), PER_PAGE)
        context = {"form": form, "system": system, "page": members.get_page(request.GET.get("page"))}
        return render(request, "organisations/system_page.html", context)


def _members(number: int) -> str:
    return ngettext("%(number)d organisation", "%(number)d organisations", number) % {"number": number}
