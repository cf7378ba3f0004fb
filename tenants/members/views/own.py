"""A member's own pages: profile, notices, and the homes of offices that have little here yet."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from rollout.accounts.ways import page_before
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.members import actions, permissions, queries
from tenants.members.forms import NameForm
from tenants.members.models import Member, Notice, Role


class Profile(Guarded):
    """The member's own name, offices, language and sessions."""

    permission = permissions.USE_HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, NameForm(initial={"name": self.member.name}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NameForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        actions.rename_me(name=form.cleaned_data["name"], by=self.member)
        messages.success(request, _("Your name was changed."))
        return redirect("members:profile")

    def _page(self, request: HttpRequest, form: NameForm) -> HttpResponse:
        offices = [Role(role).label for role in self.member.held_roles]
        return render(
            request, "members/profile_page.html", {"form": form, "offices": offices, "readers": readers_of(Member)}
        )


class _OfficeHome(Guarded):
    template: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "notices": queries.notices_for(self.member),
            "leads": list(queries.holders_of(Role.ROLLOUT_LEAD)),
        }
        return render(request, self.template, context)


class FinanceHome(_OfficeHome):
    """What waits for finance."""

    permission = permissions.USE_FINANCE_HOME
    capacity = Role.FINANCE
    template = "members/finance_home_page.html"


class FacilitatorHome(_OfficeHome):
    """What waits for a facilitator."""

    permission = permissions.USE_FACILITATOR_HOME
    capacity = Role.FACILITATOR
    template = "members/facilitator_home_page.html"


class ProviderHome(_OfficeHome):
    """What waits for the lead of a provider's programmes."""

    permission = permissions.USE_PROVIDER_HOME
    capacity = Role.PROVIDER_LEAD
    template = "members/provider_home_page.html"


class NoticeRead(Guarded):
    """Put a notice away, in the hat that it was given to."""

    permission = permissions.READ_NOTICES

    def post(self, request: HttpRequest, notice: UUID, hat: str) -> HttpResponse:
        found = get_object_or_404(Notice, pk=notice)
        actions.read_notice(notice=found, by=self.member)
        return HttpResponseRedirect(page_before(request))


def notice_read_in(hat: str) -> type[NoticeRead]:
    """The view for one hat: the database is told the hat of a page before the page is asked."""
    return type(f"NoticeReadAs{hat.title().replace('_', '')}", (NoticeRead,), {"capacity": hat})
