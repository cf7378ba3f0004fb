"""The sponsor's home page, and the report once for each hat that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from governance.hats import address
from governance.indicators import papers, queries
from governance.indicators.permissions import READ_REPORT, USE_SPONSOR_HOME
from governance.indicators.rendering import SECTIONS, UNSEEN, story_of, who_in_words
from rollout.kernel.views import Guarded
from tenants.disclosure.queries import address_of, shown_pairs
from tenants.members.models import Role
from tenants.members.queries import notices_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HOMES = {
    Role.SPONSOR: "indicators:sponsor-home",
    Role.BOARD_MEMBER: "boardpacks:board-home",
    Role.BOARD_SECRETARY: "boardpacks:secretary-home",
    Role.ROLLOUT_LEAD: "roster:lead-home",
}

CAN_HELP = (
    _("Say in public that pairs may work without telling you, and mean it."),
    _("Protect the time of people who work in pairs. Do not ask which of them do."),
    _("Take one thing out of the way every three months: a form, a rule, a missing room."),
    _("When a pair shows itself to you, meet both partners together."),
)


class SponsorHome(Guarded):
    """What needs the sponsor now: the pairs that showed themselves, the papers, and how to help the others."""

    permission = USE_SPONSOR_HOME
    capacity = Role.SPONSOR

    def get(self, request: HttpRequest) -> HttpResponse:
        pairs = [
            {"shown": pair, "who": who_in_words(pair), "url": address_of(pair.id)} for pair in shown_pairs(self.member)
        ]
        return render(
            request,
            "indicators/sponsor_home_page.html",
            {
                "notices": notices_for(self.member),
                "pairs": pairs,
                "papers": papers.papers_for(self.member),
                "report_url": address("indicators:report"),
                "unseen": UNSEEN,
                "can_help": CAN_HELP,
            },
        )


class ReportPage(Guarded):
    """What pairs show to this reader: where they stand, their results, their decisions, and what is not shown."""

    permission = READ_REPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        report = queries.report_for(self.member, queries.lately())
        return render(
            request,
            "indicators/report_page.html",
            {"story": story_of(report), "contents": SECTIONS, "home_url": HOMES[Role(self.capacity)]},
        )
