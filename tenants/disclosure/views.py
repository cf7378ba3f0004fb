"""The page of one pair that shows itself. There is one address per hat, because the hat decides what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from rollout.kernel.views import Guarded
from tenants.disclosure import permissions, queries
from tenants.members.models import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

# Where each hat comes from and goes back to: (label, address by name).
HOMES: dict[str, tuple[Any, str]] = {
    Role.SPONSOR: (_("Sponsor"), "indicators:sponsor-home"),
    Role.ROLLOUT_LEAD: (_("Rollout"), "roster:lead-home"),
    Role.BOARD_MEMBER: (_("Board"), "boardpacks:board-home"),
    Role.BOARD_SECRETARY: (_("Board secretary"), "boardpacks:secretary-home"),
}


class Shown(Guarded):
    """What one pair shows to this reader, and nothing else."""

    permission = permissions.READ_SHOWN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        shown = queries.shown_pair(self.member, pair)
        if shown is None:
            raise Http404
        label, home = HOMES[self.capacity]
        return render(request, "disclosure/shown_page.html", {"shown": shown, "home": home, "home_label": label})


class ShownToSponsor(Shown):
    """As a sponsor."""

    capacity = Role.SPONSOR


class ShownToLead(Shown):
    """As a rollout lead."""

    capacity = Role.ROLLOUT_LEAD


class ShownToBoardMember(Shown):
    """As a board member."""

    capacity = Role.BOARD_MEMBER


class ShownToBoardSecretary(Shown):
    """As a board secretary."""

    capacity = Role.BOARD_SECRETARY
