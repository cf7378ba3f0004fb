"""Pairs in words, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rollout.kernel.dates import date_format
from tenants.pairs.home import Step
from tenants.pairs.models import Pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import QueryDict

    from tenants.members.models import Invitation
    from tenants.pairs.home import Line, Said, Waiting
    from tenants.pairs.queries import Sides

PER_PAGE = 20
_COLOURS = {
    Pair.Stage.FORMING: "yellow",
    Pair.Stage.WORKING: "green",
    Pair.Stage.PAUSED: "grey",
    Pair.Stage.ENDED: "grey",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A word in a coloured box."""

    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair in the list of my pairs."""

    title: str
    url: str
    partner: str
    stage: Tag
    step: Step | None
    lines: Sequence[Line] = ()


def stage_tag(pair: Pair) -> Tag:
    """The stage of a pair's work."""
    return Tag(pair.get_stage_display(), _COLOURS[Pair.Stage(pair.stage)])


def pair_line(pair: Pair, sides: Sides, invitations: Sequence[Invitation], said: Said) -> PairLine:
    """A pair as its partner reads it in a list. Where nobody sits or is invited, inviting comes first."""
    step = said.step
    invited = next((invitation for invitation in invitations if invitation.pair_id == pair.pk), None)
    if sides.partner:
        partner = _("With %(name)s") % {"name": sides.partner.member.name}
    elif invited:
        partner = _("%(name)s is invited") % {"name": invited.name}
    else:
        partner = _("Nobody sits on the other seat yet")
        step = Step(_("Invite a partner"), reverse("pairs:invite", args=[pair.pk]))
    return PairLine(
        title=pair.title,
        url=reverse("pairs:page", args=[pair.pk]),
        partner=partner,
        stage=stage_tag(pair),
        step=step,
        lines=said.lines,
    )


def open_invitations(invitations: Sequence[Invitation], titles: Mapping[UUID, str]) -> list[tuple[Invitation, str]]:
    """Invitations with the title of the pair that they invite to."""
    return [
        (invitation, titles.get(invitation.pair_id, "") if invitation.pair_id else "") for invitation in invitations
    ]


def in_pages(waiting: Sequence[Waiting], titles: Mapping[UUID, str], asked: QueryDict) -> dict[str, Any]:
    """What waits for the member and for the partner, a page of each, as the home page shows it."""
    mine = Paginator([entry for entry in waiting if not entry.for_partner], PER_PAGE).get_page(asked.get("page"))
    theirs = Paginator([entry for entry in waiting if entry.for_partner], PER_PAGE).get_page(asked.get("partner"))
    return {
        "for_me": to_do(list(mine), titles),
        "for_me_page": mine,
        "for_partner": to_do(list(theirs), titles),
        "for_partner_page": theirs,
    }


def to_do(waiting: Sequence[Waiting], titles: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What waits, as lines of components/todo_list.html. What is no pair yet has no title of one."""
    return [
        {"title": entry.title, "url": entry.url, "detail": _detail(titles.get(entry.pair_id), entry.since)}
        for entry in waiting
    ]


def _detail(title: str | None, since: datetime) -> str:
    day = date_format(localtime(since), "DATE_FORMAT")
    if title is None:
        return _("Since %(date)s") % {"date": day}
    return _("%(pair)s · since %(date)s") % {"pair": title, "date": day}
