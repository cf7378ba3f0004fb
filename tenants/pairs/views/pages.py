"""The pages of a pair. They are always in the partner's hat, whatever offices the person holds."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rollout.kernel.views import Guarded
from tenants.members import actions as members
from tenants.members import queries as people
from tenants.members.models import Invitation
from tenants.members.permissions import INVITE_PARTNER, USE_HOME
from tenants.pairs import actions, forms, home, onward, page, permissions, queries, rendering
from tenants.pairs.models import LeavingReason, Pair
from tenants.pairs.views.shapes import FormPage, OfPair, PairAct, PairFormPage, SureAct

if TYPE_CHECKING:
    from uuid import UUID


class HomePage(Guarded):
    """What needs me now?"""

    permission = USE_HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        found = list(queries.pairs_of(self.member))
        pairs = [pair for pair in found if pair.stage != Pair.Stage.ENDED]
        invitations = list(queries.partner_invitations(self.member))
        waiting = home.waiting_for(self.member)
        titles = {pair.pk: pair.title for pair in pairs}
        said = home.said_of(self.member, pairs)
        response = render(
            request,
            "pairs/home_page.html",
            {
                **rendering.in_pages(waiting, titles, request.GET),
                "pairs": [
                    rendering.pair_line(pair, queries.sides(pair, self.member), invitations, said[pair.pk])
                    for pair in pairs
                ],
                "invitations": rendering.open_invitations(invitations, titles),
                "notices": people.notices_for(self.member),
                "ended": [pair for pair in found if pair.stage == Pair.Stage.ENDED],
                "former": queries.former_pairs(self.member),
            },
        )
        onward.forget(request, response)
        return response


class Next(Guarded):
    """From one thing that waits to the next; home after the last one."""

    permission = USE_HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        if (stop := onward.next_stop(request, self.member)) is None:
            return HttpResponseRedirect(reverse("pairs:home"))
        mark, waiting = stop
        response = HttpResponseRedirect(waiting.url)
        onward.remember(response, mark)
        return response


class FoundPage(FormPage):
    """Start a pair and invite the partner."""

    permission = permissions.FOUND_PAIR
    form_class = forms.FoundForm
    template = "pairs/found_page.html"
    read_as = Pair

    def initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def save(self, typed: dict[str, Any]) -> str:
        pair = actions.found(
            title=typed["title"], kind=typed["kind"], partner_name=typed["name"], partner_email=typed["email"],
            partner_by_letter=typed["by_letter"], partner_language=typed["language"], by=self.member,
        )  # fmt: skip
        by_mail, by_letter = _("Your pair has begun. Your partner gets an e-mail."), _("Your pair has begun.")
        messages.success(self.request, by_letter if typed["by_letter"] else by_mail)
        return reverse("pairs:page", args=[pair.pk])

    def more(self) -> dict[str, Any]:
        return {"cancel_url": reverse("pairs:home")}


class PairPage(OfPair):
    """Everything about one pair, for its two partners."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        if self.sides.mine is None:
            raise Http404
        above, below = page.sections_of(self.member, self.pair)
        return render(
            request,
            "pairs/pair_page.html",
            {
                "pair": self.pair,
                "sides": self.sides,
                "owners": queries.owners(self.pair) if self.sides.former else [],
                "chapters": queries.chapters(self.pair),
                "partner_address": queries.address_of_partner(self.sides),
                "stage": rendering.stage_tag(self.pair),
                "invitations": queries.partner_invitations(self.member).filter(pair_id=self.pair.pk),
                "above": above,
                "below": below,
                "groups": page.doorways(),
            },
        )


class InvitePage(PairFormPage):
    """Invite somebody to the free seat."""

    permission = INVITE_PARTNER
    form_class = forms.InviteForm
    template = "pairs/invite_page.html"
    read_as = Invitation

    def initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def save(self, typed: dict[str, Any]) -> str:
        actions.invite_partner(pair=self.pair, **typed, by=self.member)
        by_letter = _("Your partner is invited. Now print the letter.")
        messages.success(self.request, by_letter if typed["by_letter"] else _("Your partner gets an e-mail."))
        return self.pair_url()


class InvitationAct(PairAct):
    """An act on one open invitation of the pair."""

    permission = INVITE_PARTNER

    @cached_property
    def invitation(self) -> Invitation:
        invitations = queries.partner_invitations(self.member).filter(pair_id=self.pair.pk)
        if (found := invitations.filter(pk=self.kwargs["pk"]).first()) is None:
            raise Http404
        return found


class InvitationResend(InvitationAct):
    """Send the e-mail again, with a new link."""

    def act(self) -> str:
        members.resend(invitation=self.invitation, by=self.member)
        return _("%(name)s gets a new e-mail.") % {"name": self.invitation.name}


class InvitationRevoke(InvitationAct):
    """Take the invitation back."""

    def act(self) -> str:
        members.revoke(invitation=self.invitation, by=self.member)
        return _("The invitation is taken back. Its link no longer works.")


class RenamePage(PairFormPage):
    """Give the pair another title or place."""

    permission = permissions.CHANGE_PAIR
    form_class = forms.RenameForm
    template = "pairs/rename_page.html"
    read_as = Pair

    def initial(self) -> dict[str, Any]:
        return {"title": self.pair.title, "site": self.pair.site_id}

    def save(self, typed: dict[str, Any]) -> str:
        with transaction.atomic():
            actions.rename(pair=self.pair, title=typed["title"], by=self.member)
            actions.move(pair=self.pair, site=typed["site"], by=self.member)
        messages.success(self.request, _("Title and place are saved."))
        return self.pair_url()


class Pause(PairAct):
    """Put the work to rest."""

    permission = permissions.CHANGE_PAIR

    def act(self) -> str:
        actions.pause(pair=self.pair, by=self.member)
        return _("Your pair has a pause. Either of you can end it.")


class Resume(PairAct):
    """Take the work up again."""

    permission = permissions.CHANGE_PAIR

    def act(self) -> str:
        actions.resume(pair=self.pair, by=self.member)
        return _("Your pair is at work again.")


class LeavePage(PairFormPage):
    """One page, one button, effective at once."""

    permission = permissions.LEAVE_PAIR
    form_class = forms.LeaveForm
    template = "pairs/leave_page.html"
    read_as = LeavingReason

    def save(self, typed: dict[str, Any]) -> str:
        title = self.pair.title
        actions.leave(pair=self.pair, reason=typed["reason"], hide=typed["hide"], by=self.member)
        messages.success(self.request, _("You have left “%(title)s”.") % {"title": title})
        return reverse("pairs:home")


class ActBesideFreeSeat(SureAct):
    """An act that somebody may do whose partner has left."""

    permission = permissions.CHANGE_PAIR

    def asked(self) -> dict[str, Any]:
        if not self.sides.free:
            raise Http404
        return {"sides": self.sides}


class ClosePage(ActBesideFreeSeat):
    """End the pair, by the one who stayed."""

    template = "pairs/close_page.html"

    def act(self) -> str:
        actions.close(pair=self.pair, by=self.member)
        return _("The pair is closed. You can still read what is here.")


class SeparatePage(ActBesideFreeSeat):
    """Whoever left comes back only when invited."""

    template = "pairs/separate_page.html"

    def act(self) -> str:
        actions.separate(pair=self.pair, by=self.member)
        return _("Nobody comes back to this pair without your invitation.")
