"""What a person connected, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.accounts.views import AccountView
from rollout.signon import actions, queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


class Connections(AccountView):
    """The sign-in services that may say that somebody is me."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "signon/connections_page.html", {"connections": queries.connections_of(self.account)})


class Disconnect(AccountView):
    """End one."""

    def post(self, request: HttpRequest, connection: UUID) -> HttpResponse:
        mine = get_object_or_404(queries.connections_of(self.account), pk=connection)
        actions.disconnect(connection=mine, by=self.account)
        messages.success(request, _("It is not connected any more. Sign in with a code from now on."))
        return HttpResponseRedirect(reverse("connections"))
