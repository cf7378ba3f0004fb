"""Rounds: the list, a new one, one's own answer, and what can be done with a round."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from rollout.kernel.forms import Explained
from rollout.kernel.readers import SENTENCES
from tenants.instruments import actions, forms, permissions, policy, queries, rendering, voices
from tenants.instruments.models import Answer, Remark, Round
from tenants.instruments.policy import Act
from tenants.instruments.shipping import CHECK_IN_SHORT
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form
    from tenants.instruments.definition import Definition

PER_PAGE = 20


class OfRounds(OfPair):
    """A page about the rounds of one pair, for those who sit in it."""

    permission = permissions.READ_ROUNDS

    @cached_property
    def known(self) -> queries.Definitions:
        return queries.definitions(self.member)

    def rounds_url(self) -> str:
        return reverse("instruments:rounds", args=[self.pair.pk])


class RoundList(OfRounds):
    """What waits, what was asked, and how it has moved."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        if self.sides.mine is None:
            raise Http404
        found = queries.rounds_for(self.member, self.pair.pk)
        listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        asked_once = set(found.order_by().values_list("code", flat=True).distinct())
        instruments = [
            (definition.code, rendering.words_of(definition).title)
            for definition in queries.newest(self.known)
            if definition.code in asked_once
        ]
        return render(
            request,
            "instruments/round_list_page.html",
            {
                "pair": self.pair,
                "lines": [rendering.line_of(asked, self.known) for asked in listed],
                "listed": listed,
                "instruments": instruments,
                "is_stalled": queries.stalled_rounds(self.member).filter(pair_id=self.pair.pk).exists(),
                "short": CHECK_IN_SHORT,
            },
        )


class RoundOpen(PairFormPage, OfRounds):
    """Ask something, both or oneself alone."""

    permission = permissions.OPEN_ROUND
    form_class = forms.RoundForm
    template = "instruments/round_form_page.html"
    read_as = Round

    def form(self, *args: Any, **kwargs: Any) -> Form:
        choices = []
        for definition in queries.newest(self.known):
            words = rendering.words_of(definition)
            who = _("For yourself alone.") if definition.is_private else _("For both of you.")
            choices.append((definition.code, Explained(words.title, f"{who} {words.intro}")))
        return forms.RoundForm(*args, instruments=choices, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {
            "instrument": self.request.GET.get("ask", ""),
            "occasion": Round.Occasion.REGULAR,
            "closes_on": clock.today() + timedelta(days=actions.rounds.OPEN_FOR),
        }

    def save(self, typed: dict[str, Any]) -> str:
        made = actions.open_round(
            pair=self.pair, code=typed["instrument"], occasion=typed["occasion"], about=typed["about"],
            closes_on=typed["closes_on"], by=self.member,
        )  # fmt: skip
        messages.success(self.request, _("The round is open. Answer when it suits you."))
        return reverse("instruments:answer", args=[made.pair_id, made.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": self.rounds_url()}


class OfRound(OfRounds):
    """A page about one round."""

    @cached_property
    def asked(self) -> Any:
        return queries.round_for(self.member, self.pair.pk, self.kwargs["pk"])

    @cached_property
    def definition(self) -> Definition:
        return queries.definition_for(self.member, self.asked.code, self.asked.version)

    def round_url(self) -> str:
        return reverse("instruments:round", args=[self.asked.pair_id, self.asked.pk])

    def about_round(self) -> dict[str, Any]:
        words = rendering.words_of(self.definition)
        return {"pair": self.pair, "asked": self.asked, "words": words, "definition": self.definition}


class RoundAnswer(PairFormPage, OfRound):
    """Answer alone, or answer differently while the round is open."""

    permission = permissions.ANSWER_ROUND
    form_class = forms.InstrumentForm
    template = "instruments/answer_page.html"
    read_as = Answer

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not policy.may(queries.state_now(self.asked), Act.ANSWER):
            raise Http404
        return super().get(request, **kwargs)

    def form(self, *args: Any, **kwargs: Any) -> Form:
        return forms.InstrumentForm(self.definition, *args, felt_heard_first=self.asks_felt_heard, **kwargs)

    @cached_property
    def asks_felt_heard(self) -> bool:
        return self.definition.felt_heard and voices.asks_felt_heard(self.member, self.pair.pk)

    def initial(self) -> dict[str, Any]:
        held = queries.own_answer(self.member, self.asked)
        if held is None:
            return {}
        return forms.InstrumentForm.initial_of(queries.said_in(held), keeps_sealed=held.keeps_sealed)

    def save(self, typed: dict[str, Any]) -> str:
        said = forms.said_in(self.definition, typed)
        asked = actions.answer(
            round=self.asked, values=said.values, lines=said.lines, felt_heard=said.felt_heard,
            keeps_sealed=bool(typed.get(forms.KEEP)), by=self.member,
        )  # fmt: skip
        if asked.state == Round.State.REVEALED:
            messages.success(self.request, _("Both of you have answered. Here are both answers."))
        elif asked.state == Round.State.KEPT:
            messages.success(self.request, _("Your answers are kept. You read them here."))
        else:
            messages.success(self.request, _("Your answers are kept. They open when both of you have answered."))
        return self.round_url()

    def more(self) -> dict[str, Any]:
        readers = {"readers": SENTENCES["only_you"]} if self.definition.is_private else {}
        return {
            **super().more(),
            **self.about_round(),
            **readers,
            "asks_felt_heard": self.asks_felt_heard,
            "cancel_url": self.round_url(),
        }


class RoundRemark(PairFormPage, OfRound):
    """Add some words to answers that both can read."""

    permission = permissions.REMARK_ROUND
    form_class = forms.RemarkForm
    template = "instruments/remark_page.html"
    read_as = Remark

    def save(self, typed: dict[str, Any]) -> str:
        actions.remark(round=self.asked, text=typed["text"], by=self.member)
        messages.success(self.request, _("Your remark is saved. Your partner can read it."))
        return self.round_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), **self.about_round(), "cancel_url": self.round_url()}


class RoundClose(PairAct, OfRound):
    """One page, one button: end a round that waits."""

    permission = permissions.CLOSE_ROUND
    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        if not policy.may(queries.state_now(self.asked), Act.CLOSE):
            raise Http404
        return render(request, "instruments/close_page.html", self.about_round())

    def act(self) -> str:
        actions.close(round=self.asked, by=self.member)
        return _("The round is closed. Nobody reads what was answered, except its author.")

    def back(self) -> str:
        return self.round_url()


class RoundShow(PairAct, OfRound):
    """Open what one kept sealed."""

    permission = permissions.ANSWER_ROUND

    def act(self) -> str:
        asked = actions.show(round=self.asked, by=self.member)
        if asked.state == Round.State.REVEALED:
            return _("Both answers are open now.")
        return _("Yours is open. Your partner’s is still sealed, so each of you reads only their own.")

    def back(self) -> str:
        return self.round_url()


class RoundAgain(PairAct, OfRound):
    """Ask the same once more, so that both can correct what they said."""

    permission = permissions.OPEN_ROUND

    def act(self) -> str:
        self.made = actions.answer_again(round=self.asked, by=self.member)
        return _("A new round is open in place of this one. The old answers stay.")

    def back(self) -> str:
        made: Round | None = getattr(self, "made", None)
        return reverse("instruments:round", args=[made.pair_id, made.pk]) if made else self.round_url()
