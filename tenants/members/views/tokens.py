"""A member's keys to the API of this organisation: make one, see which there are, take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from rollout.accounts import actions, queries, sessions
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import SENTENCES
from rollout.kernel.tenancy import PARTNER
from rollout.kernel.views import Guarded
from tenants.members.forms import TokenForm
from tenants.members.models import Role
from tenants.members.permissions import USE_HOME

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


class TokenList(Guarded):
    """My keys, and a form for another one. Its secret is on the answer to the form and nowhere else."""

    permission = USE_HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        account: Any = request.user
        try:
            made, secret = actions.make_token(
                account=account,
                organisation=request.organisation.pk,  # type: ignore[attr-defined]
                name=form.cleaned_data["name"],
                scopes=form.scopes,
                hats=form.cleaned_data["hats"],
                days=form.cleaned_data["days"],
                second_factor=sessions.second_factor_of(sessions.session_of(request)),
                by=account,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
            return self._page(request, form)
        return render(request, "members/token_made_page.html", {"made": made, "secret": secret})

    def _form(self, data: Any = None) -> TokenForm:
        return TokenForm(data, hats=[PARTNER, *self.member.held_roles])

    def _page(self, request: HttpRequest, form: TokenForm) -> HttpResponse:
        mine = queries.tokens_of(request.user, request.organisation.pk)  # type: ignore[arg-type,attr-defined]
        context = {
            "form": form,
            "tokens": [{"token": token, "hats": [Role(hat).label for hat in token.hats]} for token in mine],
            "readers": SENTENCES["only_you"],
        }
        return render(request, "members/token_list_page.html", context)


class TokenRevoke(Guarded):
    """Take a key back, at once."""

    permission = USE_HOME

    def post(self, request: HttpRequest, token: UUID) -> HttpResponse:
        account: Any = request.user
        mine = queries.tokens_of(account, request.organisation.pk)  # type: ignore[attr-defined]
        actions.revoke_token(token=get_object_or_404(mine, pk=token), by=account)
        messages.success(request, _("The key is taken back. It opens nothing any more."))
        return redirect("members:token-list")
