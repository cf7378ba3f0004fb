"""The rollout lead's list of people: who is in it, what they hold, and how somebody leaves it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.members import actions, permissions, queries
from tenants.members.forms import InviteForm, OfficeForm
from tenants.members.models import Invitation, Member, Office, Role

PEOPLE_ON_A_PAGE = 50


class PersonList(Guarded):
    """Everybody in the list, by name, with offices and place."""

    permission = permissions.READ_PEOPLE
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        search = request.GET.get("q", "").strip()[:100]
        people = Paginator(queries.people_listed(self.member, search), PEOPLE_ON_A_PAGE)
        context = {
            "page": people.get_page(request.GET.get("page")),
            "search": search,
            "query": f"{urlencode({'q': search})}&" if search else "",
        }
        return render(request, "members/person_list_page.html", context)


class PersonInvite(Guarded):
    """Invite one person. The answer is the same for every address."""

    permission = permissions.INVITE_PEOPLE
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, InviteForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InviteForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            actions.invite(**form.cleaned_data, by=self.member)
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal.message))
            return self._page(request, form)
        messages.success(request, _("An invitation is on its way."))
        return redirect("members:invitation-list")

    def _page(self, request: HttpRequest, form: InviteForm) -> HttpResponse:
        return render(request, "members/person_invite_page.html", {"form": form, "readers": readers_of(Invitation)})


class PersonDetail(Guarded):
    """One listed person: name, place, offices. Nothing here tells of pairs."""

    permission = permissions.READ_PEOPLE
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest, person: UUID) -> HttpResponse:
        found = get_object_or_404(queries.people_listed(self.member), pk=person)
        return _person_page(request, found, OfficeForm(held=found.held_roles), self.member)


class OfficeGrant(Guarded):
    """Give a listed person an office."""

    permission = permissions.GRANT_OFFICE
    capacity = Role.ROLLOUT_LEAD

    def post(self, request: HttpRequest, person: UUID) -> HttpResponse:
        found = get_object_or_404(queries.people_listed(self.member), pk=person)
        form = OfficeForm(request.POST, held=found.held_roles)
        if not form.is_valid():
            return _person_page(request, found, form, self.member)
        try:
            actions.grant_office(member=found, role=form.cleaned_data["role"], by=self.member)
        except DomainError as refusal:
            form.add_error("role", str(refusal.message))
            return _person_page(request, found, form, self.member)
        messages.success(request, _("The office was given."))
        return redirect("members:person-detail", found.pk)


class OfficeEnd(Guarded):
    """Take one office from a listed person. It can be given again at once."""

    permission = permissions.END_OFFICE
    capacity = Role.ROLLOUT_LEAD

    def post(self, request: HttpRequest, person: UUID) -> HttpResponse:
        found = get_object_or_404(queries.people_listed(self.member), pk=person)
        try:
            actions.end_office(member=found, role=request.POST.get("role", ""), by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("The office has ended. You can give it again."))
        return redirect("members:person-detail", found.pk)


class PersonEnd(Guarded):
    """End a membership, after a page that says what happens. The same words whatever else the person does here."""

    permission = permissions.END_MEMBERSHIP
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest, person: UUID) -> HttpResponse:
        found = get_object_or_404(queries.people_listed(self.member), pk=person)
        return render(request, "members/person_end_page.html", {"person": found})

    def post(self, request: HttpRequest, person: UUID) -> HttpResponse:
        found = get_object_or_404(queries.people_listed(self.member), pk=person)
        try:
            actions.end_membership(member=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect("members:person-detail", found.pk)
        messages.success(request, _("The membership has ended."))
        return redirect("members:person-list")


def _person_page(request: HttpRequest, person: Member, form: OfficeForm, viewer: Member) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "is_viewer": person.pk == viewer.pk,
        "readers": readers_of(Office),
    }
    return render(request, "members/person_page.html", context)
