"""The time of both: what is agreed, what was given."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from tenants.agreement import actions, forms, permissions, policy, queries, rendering
from tenants.agreement.content import Hours
from tenants.agreement.models import STANDING, HoursGiven, State, TimeAgreement
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

LATEST = 24
"""More agreements and months than a picture shows are not asked for."""


class OfTime(OfPair):
    """A page about the time of both."""

    @cached_property
    def agreements(self) -> list[TimeAgreement]:
        return list(queries.time_agreements_for(self.member, self.pair.pk)[:LATEST])

    @cached_property
    def agreement(self) -> TimeAgreement:
        return queries.time_agreement_for(self.member, self.pair.pk, self.kwargs["pk"])

    def time_url(self) -> str:
        return reverse("agreement:time", args=[self.pair.pk])


class TimePage(OfTime):
    """What is agreed, what waits, and the hours of both sides in pictures."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        since = clock.today().replace(year=clock.today().year - 1, day=1)
        given = list(queries.hours_for(self.member, self.pair.pk).filter(month__gte=since))
        live = [agreement for agreement in self.agreements if agreement.state in (*STANDING, State.PROPOSED)]
        live = live or self.agreements[:1]
        own = [one for one in given if self.sides.mine is not None and one.seat_id == self.sides.mine.pk]
        return render(
            request,
            "agreement/time_page.html",
            {
                "pair": self.pair,
                "texts": [
                    (rendering.text_of(agreement, self.sides, policy.VERSION), rendering.time_rows(agreement))
                    for agreement in live
                ],
                "both": rendering.time_in_words(rendering.time_of_sides(self.agreements, given)),
                "figures": rendering.figures_of(self.agreements, given),
                "own": own,
                "lacks": policy.shortfall(self.agreements, given, clock.today()),
            },
        )


class TimeWrite(PairFormPage, OfTime):
    """Write the time of both, or change what waits."""

    permission = permissions.WRITE
    form_class = forms.TimeForm
    template = "agreement/time_write_page.html"
    read_as = TimeAgreement

    def initial(self) -> dict[str, Any]:
        found = next((one for one in self.agreements if one.state == State.PROPOSED), None)
        found = found or next((one for one in self.agreements if one.state in STANDING), None)
        if found is None:
            return {}
        return {
            "since": found.since,
            "hours_professional": found.hours_professional,
            "protected": forms.YES if found.is_protected else forms.NO,
            "hours_citizen": found.hours_citizen,
            "paid": forms.YES if found.is_paid else forms.NO,
        }

    def save(self, typed: dict[str, Any]) -> str:
        hours = Hours(
            since=typed["since"],
            hours_professional=typed["hours_professional"],
            is_protected=typed["protected"] == forms.YES,
            hours_citizen=typed["hours_citizen"],
            is_paid=typed["paid"] == forms.YES,
        )
        actions.hours.write(pair=self.pair, hours=hours, by=self.member)
        messages.success(self.request, _("The time is written down. Now both of you can sign it."))
        return self.time_url()

    def more(self) -> dict[str, Any]:
        stands = any(one.state in STANDING for one in self.agreements)
        return {**super().more(), "stands": stands, "cancel_url": self.time_url()}


class TimeSign(PairAct, OfTime):
    """Sign what was shown."""

    permission = permissions.SIGN
    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        agreement = actions.hours.sign(agreement=self.agreement, shown=shown, by=self.member)
        if agreement.state == State.AGREED:
            return _("You have both signed. Your time is agreed.")
        return _("You have signed. Your partner can sign now.")

    def back(self) -> str:
        return self.time_url()


class TimeWithdraw(PairFormPage, OfTime):
    """Say that it no longer holds, after a moment to think."""

    permission = permissions.WRITE
    form_class = forms.EndForm
    template = "agreement/time_withdraw_page.html"
    read_as = TimeAgreement

    def save(self, typed: dict[str, Any]) -> str:
        actions.hours.withdraw(agreement=self.agreement, by=self.member)
        messages.success(self.request, _("The time is no longer agreed. You can write it again."))
        return self.time_url()

    def more(self) -> dict[str, Any]:
        rows = rendering.time_rows(self.agreement)
        return {**super().more(), "rows": rows, "cancel_url": self.time_url()}


class HoursNote(PairFormPage, OfTime):
    """Write down one's own hours of a month, or correct them."""

    permission = permissions.NOTE_HOURS
    form_class = forms.HoursForm
    template = "agreement/hours_page.html"
    read_as = HoursGiven

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("month", "")
        own = queries.hours_for(self.member, self.pair.pk).filter(seat=self.sides.mine)[:12]
        found = next((one for one in own if one.month.isoformat() == wanted), None)
        if found is None:
            return {"month": clock.today().replace(day=1).isoformat()}
        return {"month": wanted, "hours": found.hours, "covered": forms.YES if found.is_covered else forms.NO}

    def save(self, typed: dict[str, Any]) -> str:
        actions.hours.note(
            pair=self.pair,
            month=date.fromisoformat(typed["month"]),
            hours=typed["hours"],
            is_covered=typed["covered"] == forms.YES,
            by=self.member,
        )
        messages.success(self.request, _("Your hours are saved."))
        return self.time_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": self.time_url()}
