"""The pages of a pair that the person has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.errors import NotPermitted
from rollout.kernel.views import Guarded
from tenants.pairs import actions, permissions, queries

if TYPE_CHECKING:
    from uuid import UUID


class FormerAct(Guarded):
    """An act on a pair that the person has left, by POST only; then home."""

    permission = permissions.RETURN_TO_PAIR
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        try:
            with transaction.atomic():
                said, way_on = self.act(pair)
        except NotPermitted as refusal:
            raise Http404 from refusal
        messages.success(request, said)
        return HttpResponseRedirect(way_on)

    def act(self, pair: UUID) -> tuple[str, str]:
        """Do it, say so, and say where to go next."""
        raise NotImplementedError


class Return(FormerAct):
    """Come back within a day."""

    def act(self, pair: UUID) -> tuple[str, str]:
        actions.come_back(pair_id=pair, by=self.member)
        return _("Welcome back. Your seat is yours again."), reverse("pairs:page", args=[pair])


class ReleasePage(FormerAct):
    """Give up one's part of the project: a page that says what follows, and a button."""

    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        former = next((left for left in queries.former_pairs(self.member) if left.id == pair and left.owned), None)
        if former is None:
            raise Http404
        return render(request, "pairs/release_page.html", {"former": former})

    def act(self, pair: UUID) -> tuple[str, str]:
        actions.release(pair_id=pair, by=self.member)
        return _("Your part of the project is given up."), reverse("pairs:home")
