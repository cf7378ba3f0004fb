"""What helps me take part: noted by oneself, shared with one partner at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.agreement import actions, forms, permissions, queries, rendering
from tenants.agreement.models import CommunicationNeed
from tenants.agreement.needs import CHANGES, Kind
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID


class NeedsPage(OfPair):
    """My own needs with what each changes, what I could note, and what my partner shows me."""

    permission = permissions.NOTE_NEEDS

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        own = list(queries.needs_of(self.member))
        noted = {need.kind for need in own}
        shared = [
            share for share in queries.shared_needs(self.member, self.pair.pk) if share.seat.member_id != self.member.pk
        ]
        return render(
            request,
            "agreement/needs_page.html",
            {
                "pair": self.pair,
                "needs": rendering.own_needs(own, self.pair),
                "offered": [(kind, CHANGES[kind].words) for kind in Kind if kind not in noted],
                "partners": rendering.access_line(shared),
                "has_partner": self.sides.partner is not None,
            },
        )


class OfNeed(OfPair):
    """A page about one of one's own needs."""

    permission = permissions.NOTE_NEEDS

    @cached_property
    def need(self) -> CommunicationNeed:
        return queries.need_of(self.member, self.kwargs["pk"])

    def needs_url(self) -> str:
        return reverse("agreement:needs", args=[self.pair.pk])


class NeedNote(PairFormPage):
    """Note what helps, or change it."""

    permission = permissions.NOTE_NEEDS
    form_class = forms.NeedForm
    template = "agreement/need_page.html"
    read_as = CommunicationNeed

    @cached_property
    def kind(self) -> Kind:
        said = self.request.POST if self.request.method == "POST" else self.request.GET
        wanted = said.get("kind", "")
        return Kind(wanted) if wanted in Kind.values else Kind.OTHER

    def initial(self) -> dict[str, Any]:
        known = queries.need_about(self.member, self.kind)
        return {
            "kind": self.kind.value,
            "detail": known.detail if known else "",
            "channel": known.channel if known else "",
        }

    def save(self, typed: dict[str, Any]) -> str:
        actions.needs.note(**typed, by=self.member)
        messages.success(self.request, _("It is noted. Only you read it, until you share it."))
        return reverse("agreement:needs", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "kind": self.kind,
            "changes": CHANGES[self.kind].words,
            "cancel_url": reverse("agreement:needs", args=[self.pair.pk]),
        }


class NeedLook(PairFormPage, OfNeed):
    """Say that it is still right, and how far it is met."""

    permission = permissions.NOTE_NEEDS
    form_class = forms.LookForm
    template = "agreement/need_look_page.html"
    read_as = CommunicationNeed

    def initial(self) -> dict[str, Any]:
        return {"met": self.need.met}

    def save(self, typed: dict[str, Any]) -> str:
        actions.needs.look(need=self.need, met=typed["met"], by=self.member)
        messages.success(self.request, _("Thank you. We ask again in a year."))
        return self.needs_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), "need": self.need, "cancel_url": self.needs_url()}


class NeedShare(PairAct, OfNeed):
    """Show it to the partner, or take it back."""

    permission = permissions.NOTE_NEEDS

    def act(self) -> str:
        if self.request.POST.get("shared") == forms.YES:
            actions.needs.share(need=self.need, pair=self.pair, by=self.member)
            return _("Your partner can see it now.")
        actions.needs.unshare(need=self.need, pair=self.pair, by=self.member)
        return _("Your partner does not see it any more.")

    def back(self) -> str:
        return self.needs_url()


class NeedRemove(PairAct, OfNeed):
    """Take a need away."""

    permission = permissions.NOTE_NEEDS

    def act(self) -> str:
        actions.needs.remove(need=self.need, by=self.member)
        return _("It is removed.")

    def back(self) -> str:
        return self.needs_url()
