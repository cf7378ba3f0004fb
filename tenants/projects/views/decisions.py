"""Decisions: read, answer, write."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.projects import actions, forms, permissions, policy, queries, rendering
from tenants.projects.models import Decision, DecisionOption, DecisionReason

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20
KEYS_COUNT = (policy.State.PROPOSED, policy.State.PARKED, policy.State.AGREED, policy.State.SUPERSEDED)


class DecisionList(OfPair):
    """All decisions of a pair."""

    permission = permissions.READ_WORK

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found = queries.decisions_for(self.member, self.pair.pk)
        listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        lines = [rendering.decision_line(decision, self.sides) for decision in listed]
        return render(
            request, "projects/decision_list_page.html", {"pair": self.pair, "lines": lines, "listed": listed}
        )


class OfDecision(OfPair):
    """A page about one decision."""

    @cached_property
    def decision(self) -> Decision:
        return queries.decision_for(self.member, self.pair.pk, self.kwargs["pk"])

    def decision_url(self) -> str:
        return reverse("projects:decision", args=[self.decision.pair_id, self.decision.pk])


class DecisionPage(OfDecision):
    """The exact text, its state, who has signed, and what can be done now."""

    permission = permissions.READ_WORK

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        decision = self.decision
        mine = self.sides.mine
        reasons = rendering.reason_lines(decision.reasons.all(), self.pair)
        acts = {act.value for act in policy.TRANSITIONS[policy.State(decision.state)]}
        return render(
            request,
            "projects/decision_page.html",
            {
                "pair": self.pair,
                "decision": decision,
                "tag": rendering.decision_tag(decision, self.sides),
                "keys": rendering.keys_of(decision, self.sides),
                "shows_keys": decision.state in KEYS_COUNT,
                "reasons": reasons,
                "has_room": self.has_room(),
                "board": rendering.board_of(decision, self.sides),
                "may_lay_options": decision.state in policy.OPEN_TO_OPTIONS,
                "acts": acts,
                "may_withdraw": "withdraw" in acts and mine is not None and decision.proposed_by_id == mine.pk,
                "older": decision.supersedes,
                "newer": list(decision.successors.exclude(state=policy.State.WITHDRAWN)),
            },
        )

    def has_room(self) -> bool:
        """Whether one of the two has not said in their own words why they contest it, or why they would not."""
        if self.decision.state != policy.State.CONTESTED:
            return False
        heard = {reason.seat_id for reason in self.decision.reasons.all()}
        both = (self.sides.mine, self.sides.partner)
        return any(seat is not None and seat.pk not in heard for seat in both)


class DecisionDraft(PairFormPage):
    """Write a new decision, as a draft or straight as a proposal."""

    permission = permissions.WRITE_DECISION
    form_class = forms.DecisionForm
    template = "projects/decision_form_page.html"
    read_as = Decision

    def save(self, typed: dict[str, Any]) -> str:
        decision = self.write(typed)
        if decision.kind == Decision.Kind.MAJOR:
            messages.success(self.request, _("Your draft is saved. Now both of you lay out options."))
        elif "propose" in self.request.POST:
            decision = actions.decisions.propose(decision=decision, by=self.member)
            messages.success(self.request, _("Your decision is proposed. Now both of you can sign it."))
        else:
            messages.success(self.request, _("Your draft is saved."))
        return reverse("projects:decision", args=[decision.pair_id, decision.pk])

    def write(self, typed: dict[str, Any]) -> Decision:
        return actions.decisions.draft(pair=self.pair, **typed, by=self.member)

    def more(self) -> dict[str, Any]:
        return {**super().more(), "may_propose": True}


def said_in(decision: Decision) -> dict[str, Any]:
    """What a decision says, as its form shows it."""
    return {"title": decision.title, "text": decision.text, "is_major": decision.kind == Decision.Kind.MAJOR}


class DecisionFormPage(PairFormPage, OfDecision):
    """A form about one decision."""

    def more(self) -> dict[str, Any]:
        return {**super().more(), "decision": self.decision, "cancel_url": self.decision_url()}


class DecisionEdit(DecisionFormPage):
    """Change what an open decision says."""

    permission = permissions.WRITE_DECISION
    form_class = forms.DecisionForm
    template = "projects/decision_form_page.html"
    read_as = Decision

    def initial(self) -> dict[str, Any]:
        return {**said_in(self.decision), "due_on": self.decision.due_on}

    def save(self, typed: dict[str, Any]) -> str:
        actions.decisions.edit(decision=self.decision, **typed, by=self.member)
        messages.success(self.request, _("The decision is changed. Who had signed signs again."))
        return self.decision_url()


class DecisionSupersede(DecisionFormPage, DecisionDraft):
    """Write a decision that replaces an agreed one."""

    template = "projects/decision_form_page.html"

    def initial(self) -> dict[str, Any]:
        return said_in(self.decision)

    def write(self, typed: dict[str, Any]) -> Decision:
        return actions.decisions.supersede(decision=self.decision, **typed, by=self.member)

    def more(self) -> dict[str, Any]:
        return {**super().more(), "replaces": self.decision}


class DecisionOptions(DecisionFormPage):
    """The options that lie on the board, and a form for one more."""

    permission = permissions.WRITE_DECISION
    form_class = forms.OptionForm
    template = "projects/decision_options_page.html"
    read_as = DecisionOption

    def save(self, typed: dict[str, Any]) -> str:
        actions.options.add(decision=self.decision, **typed, by=self.member)
        messages.success(self.request, _("Your option lies on the board."))
        return self.request.path

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "board": rendering.board_of(self.decision, self.sides),
            "may_lay_options": self.decision.state in policy.OPEN_TO_OPTIONS,
        }


class DecisionContest(DecisionFormPage):
    """Say why not."""

    permission = permissions.WRITE_DECISION
    form_class = forms.ContestForm
    template = "projects/decision_contest_page.html"
    read_as = DecisionReason

    def save(self, typed: dict[str, Any]) -> str:
        actions.decisions.contest(decision=self.decision, reason=typed["reason"], by=self.member)
        messages.success(self.request, _("Your reason is saved. Your partner can read it."))
        return self.decision_url()


class DecisionPark(DecisionFormPage):
    """Put it aside until a day."""

    permission = permissions.WRITE_DECISION
    form_class = forms.ParkForm
    template = "projects/decision_park_page.html"
    read_as = Decision

    def save(self, typed: dict[str, Any]) -> str:
        actions.decisions.park(decision=self.decision, revisit_on=typed["revisit_on"], by=self.member)
        messages.success(self.request, _("The decision is parked."))
        return self.decision_url()


class DecisionAct(PairAct, OfDecision):
    """One act on one decision."""

    permission = permissions.WRITE_DECISION

    def back(self) -> str:
        return self.decision_url()


class OptionWithdraw(DecisionAct):
    """Take one's own option back."""

    def act(self) -> str:
        option = self.decision.options.filter(pk=self.kwargs["option"]).first()
        if option is None:
            raise Http404
        actions.options.withdraw(option=option, by=self.member)
        return _("Your option is taken back.")

    def back(self) -> str:
        return reverse("projects:decision-options", args=[self.decision.pair_id, self.decision.pk])


class DecisionPropose(DecisionAct):
    """Put a draft on the table."""

    def act(self) -> str:
        actions.decisions.propose(decision=self.decision, by=self.member)
        return _("The decision is proposed. Now both of you can sign it.")


class DecisionReopen(DecisionAct):
    """Propose it again."""

    def act(self) -> str:
        actions.decisions.reopen(decision=self.decision, by=self.member)
        return _("The decision is proposed again.")


class DecisionWithdraw(DecisionAct):
    """Take one's own proposal back."""

    def act(self) -> str:
        actions.decisions.withdraw(decision=self.decision, by=self.member)
        return _("The decision is withdrawn.")


class DecisionSign(DecisionAct):
    """Sign the text that was shown."""

    permission = permissions.SIGN_DECISION
    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        decision = actions.decisions.sign(decision=self.decision, shown=shown, by=self.member)
        if decision.state == policy.State.AGREED:
            return _("You have both signed. The decision is agreed.")
        return _("You have signed. Your partner can sign now.")
