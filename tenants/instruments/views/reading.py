"""What rounds say: one round with the start beside it, one instrument over time, one's own answers as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenants.instruments import helped, permissions, policy, queries, rendering, trends
from tenants.instruments.definition import Scoring
from tenants.instruments.models import Round
from tenants.instruments.shipping import CHECK_IN, CHECK_INS
from tenants.instruments.views.rounds import OfRound, OfRounds
from tenants.instruments.written import written_in

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.instruments.models import Answer

MOST_ROUNDS = 60


class RoundPage(OfRound):
    """One round: what waits, or what was said, in words first."""

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        asked, state = self.asked, queries.state_now(self.asked)
        start = queries.baseline_of(self.member, asked)
        answers = queries.answers_to(self.member, [one.pk for one in (asked, start) if one])
        told = rendering.told_in(asked, answers.get(asked.pk, {}), self.member, self.pair)
        started = rendering.told_in(start, answers.get(start.pk, {}), self.member, self.pair) if start else None
        typed = helped.answers(self.member) if told.all else set()
        own = _own(answers.get(asked.pk, {}), self)
        is_read = state == Round.State.REVEALED
        is_later = asked.code in CHECK_INS and asked.occasion != Round.Occasion.BASELINE
        return render(
            request,
            "instruments/round_page.html",
            {
                **self.about_round(),
                "state": state.value,
                "tag": rendering.tag_of(asked, answered=asked.answered),
                "acts": {act.value for act in policy.TRANSITIONS[state]},
                "reading": rendering.reading_of(self.definition, told, started) if told.all else None,
                "no_start": rendering.NO_START if is_later and not start else "",
                "helped": rendering.helped_lines(answers.get(asked.pk, {}).values(), typed, self.sides),
                "remarks": rendering.remark_lines(queries.remarks_to(self.member, asked), self.pair) if is_read else [],
                "may_show": state == Round.State.KEPT and own is not None and own.keeps_sealed,
                "may_talk": is_read and self.sides.are(asked.citizen_seat_id, asked.professional_seat_id),
                "is_shared": not self.definition.is_private,
                "may_ask_again": is_read and asked.occasion != Round.Occasion.BASELINE,
                "older": asked.replaces,
                "newer": Round.objects.filter(replaces=asked).first() if is_read else None,
            },
        )


def _own(answers: dict[UUID, Answer], view: OfRound) -> Answer | None:
    seats = {seat.pk for seat in view.pair.seats.all() if seat.member_id == view.member.pk}
    return next((answer for seat, answer in answers.items() if seat in seats), None)


class TrendPage(OfRounds):
    """One instrument over time, each version apart."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        code = request.GET.get("of", CHECK_IN)
        if self.sides.mine is None or not (titles := [key for key in self.known if key[0] == code]):
            raise Http404
        newest = self.known[max(titles)]
        rounds = queries.series(self.member, self.pair.pk, code, MOST_ROUNDS)
        answers = queries.answers_to(self.member, [asked.pk for asked in rounds])
        return render(
            request,
            "instruments/trend_page.html",
            {
                "pair": self.pair,
                "title": rendering.words_of(newest).title,
                "trends": trends.trends_of(rounds, answers, self.known, self.member, self.pair),
                "written": trends.written_lately(written_in(self.pair), self.pair, self.member)
                if newest.scoring == Scoring.BALANCE
                else None,
                "ask_url": f"{reverse('instruments:open', args=[self.pair.pk])}?ask={code}",
            },
        )


class OwnAnswers(OfRounds):
    """One's own answers in this pair: a table for a spreadsheet, or data for a program with `?as=json`."""

    permission = permissions.READ_ROUNDS

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        if self.sides.mine is None:
            raise Http404
        answers = queries.own_answers(self.member, self.pair.pk)
        if request.GET.get("as") == "json":
            return _file(rendering.answers_json(answers, helped.answers(self.member)), "application/json", "json")
        return _file(rendering.answers_csv(answers), "text/csv; charset=utf-8", "csv")


def _file(content: bytes, kind: str, ending: str) -> HttpResponse:
    name = f'attachment; filename="my-answers.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})
