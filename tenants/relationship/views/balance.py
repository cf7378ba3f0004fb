"""Task and relationship: where the time goes, a pause, and a sprint on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.pairs.views import OfPair, PairAct
from tenants.relationship import actions, forms, permissions, queries, rendering
from tenants.relationship.models import Minutes, PauseAnswer, Sprint
from tenants.relationship.views.shapes import Writing

if TYPE_CHECKING:
    from uuid import UUID


class BalancePage(OfPair):
    """The last fortnights, the card if there is one, and the sprint."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        sprint = queries.open_sprint(self.pair.pk)
        if sprint and sprint.ends_on < clock.today():
            sprint = None
        context = {
            "pair": self.pair,
            "columns": [
                _("Fortnight from"),
                {"label": _("On the task"), "number": True},
                {"label": _("On the relationship"), "number": True},
                _("What it says"),
            ],
            "rows": rendering.fortnight_rows(queries.fortnights_of(self.member, self.pair.pk)),
            "has_card": queries.pause_for(self.member, self.pair.pk) is not None,
            "takes_pause": queries.takes_pause(self.member, self.pair.pk),
            "sprint": sprint,
            "may_agree": sprint and not sprint.agreed_at and self.sides.mine and sprint.seat_id != self.sides.mine.pk,
            "has_partner": self.sides.partner is not None,
        }
        return render(request, "relationship/balance_page.html", context)


class InBalance(OfPair):
    """What leads back to that page."""

    permission = permissions.WRITE

    def cancel(self) -> str:
        return reverse("relationship:balance", args=[self.pair.pk])

    back = cancel


class MinutesTell(InBalance, Writing):
    """Say how a day was used."""

    form_class = forms.MinutesForm
    read_as = Minutes
    heading = gettext_lazy("Tell how you used a day")
    intro = gettext_lazy("Only if you want to. Twenty minutes count like one act in the record.")
    said = gettext_lazy("Your minutes are saved.")

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def write(self, typed: dict[str, Any]) -> str:
        actions.balance.tell_minutes(pair=self.pair, **typed, by=self.member)
        return self.cancel()


class SprintPropose(InBalance, Writing):
    """Let the task come first for a while, on purpose."""

    form_class = forms.SprintForm
    read_as = Sprint
    heading = gettext_lazy("A sprint on purpose")
    intro = gettext_lazy("While it lasts no pause is proposed. It begins when your partner agrees.")
    said = gettext_lazy("It is proposed. Your partner gives the second key.")

    def write(self, typed: dict[str, Any]) -> str:
        actions.balance.propose_sprint(pair=self.pair, ends_on=typed["ends_on"], by=self.member)
        return self.cancel()


class SprintAgree(InBalance, PairAct):
    """The second key."""

    def act(self) -> str:
        actions.balance.agree_sprint(pair=self.pair, by=self.member)
        return _("You have both agreed. The sprint has begun.")


class SprintEnd(InBalance, PairAct):
    """One key ends it."""

    def act(self) -> str:
        actions.balance.end_sprint(pair=self.pair, by=self.member)
        return _("The sprint is over.")


class PauseReply(InBalance, PairAct):
    """Take the twenty minutes, or not now."""

    def act(self) -> str:
        answer = self.request.POST.get("answer", "")
        if answer not in PauseAnswer.Answer.values:
            raise DomainError("unknown_answer", _("Choose an answer."))
        actions.balance.answer_pause(pair=self.pair, answer=answer, by=self.member)
        if answer == PauseAnswer.Answer.TAKEN:
            return _("Good. Propose a time to your partner, and leave the task outside.")
        return _("Not now is an answer, too.")
