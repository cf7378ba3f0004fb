"""What we share: one page with five cards, and what is done from there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.agreement import actions, forms, permissions, queries, rendering
from tenants.agreement.models import LineReason, SharedLine, State
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

LATEST = 20


class Five(OfPair):
    """The canvas: all five, who has signed what, and what can be done."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        cards = rendering.canvas(queries.lines_for(self.member, self.pair.pk), self.sides)
        return render(request, "agreement/five_page.html", {"pair": self.pair, "cards": cards})


class OfLine(OfPair):
    """A page about one of the five."""

    @cached_property
    def line(self) -> SharedLine:
        return queries.line_for(self.member, self.pair.pk, self.kwargs["pk"])

    def five_url(self) -> str:
        return reverse("agreement:five", args=[self.pair.pk])


class LineFormPage(PairFormPage):
    """A form about one of the five."""

    permission = permissions.WRITE

    def five_url(self) -> str:
        return reverse("agreement:five", args=[self.pair.pk])

    def about(self, topic: str, line: SharedLine | None) -> dict[str, Any]:
        latest = line.reasons.order_by("-given_at")[:LATEST] if line else ()
        return {
            "card": rendering.card_of(topic, line, self.sides),
            "reasons": rendering.reason_lines(latest, line, self.pair) if line else [],
            "cancel_url": self.five_url(),
        }


class LineWrite(LineFormPage):
    """Write one of the five, change it, or put a contested one forward again."""

    form_class = forms.LineForm
    template = "agreement/line_write_page.html"
    read_as = SharedLine

    @cached_property
    def topic(self) -> str:
        said = self.request.POST if self.request.method == "POST" else self.request.GET
        wanted = said.get("topic", "")
        return wanted if wanted in SharedLine.Topic.values else SharedLine.Topic.PURPOSE

    @cached_property
    def line(self) -> SharedLine | None:
        return queries.line_about(self.member, self.pair.pk, self.topic)

    def initial(self) -> dict[str, Any]:
        return {"topic": self.topic, "text": self.line.text if self.line else ""}

    def save(self, typed: dict[str, Any]) -> str:
        actions.lines.write(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("Your text is saved. Now both of you can sign it."))
        return self.five_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), **self.about(self.topic, self.line)}


class LineContest(LineFormPage, OfLine):
    """Say what does not fit."""

    form_class = forms.ContestForm
    template = "agreement/line_contest_page.html"
    read_as = LineReason

    def save(self, typed: dict[str, Any]) -> str:
        actions.lines.contest(line=self.line, reason=typed["reason"], by=self.member)
        messages.success(self.request, _("Your words are saved. Your partner can read them."))
        return self.five_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), **self.about(self.line.topic, self.line)}


class LineSign(PairAct, OfLine):
    """Sign the text that was shown."""

    permission = permissions.SIGN
    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        line = actions.lines.sign(line=self.line, shown=shown, by=self.member)
        if line.state == State.AGREED:
            return _("You have both signed. This line is agreed.")
        return _("You have signed. Your partner can sign now.")

    def back(self) -> str:
        return self.five_url()
