"""Meetings in words, for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from rollout.kernel import clock
from rollout.kernel.dates import date_format
from tenants.meetings import policy
from tenants.meetings.models import Meeting
from tenants.members.models import Side
from tenants.pairs.rendering import Tag

if TYPE_CHECKING:
    from datetime import datetime

    from tenants.meetings.queries import Shares
    from tenants.pairs.queries import Sides

State = Meeting.State
_COLOURS = {
    State.PROPOSED: "yellow",
    State.ASKED: "yellow",
    State.AGREED: "green",
    State.DECLINED: "grey",
    State.CANCELLED: "grey",
    State.HELD: "blue",
    State.NOT_HELD: "grey",
}


def tag_of(meeting: Meeting) -> Tag:
    """The state of a meeting."""
    return Tag(str(meeting.get_state_display()), _COLOURS[State(meeting.state)])


def when(moment: datetime) -> str:
    """A moment as the clocks here show it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def title_of(meeting: Meeting) -> str:
    """A meeting by its time, while it has one."""
    return when(meeting.starts_at) if meeting.starts_at else _("A meeting without a time")


def line_of(meeting: Meeting) -> dict[str, Any]:
    """A meeting in a list."""
    tag = tag_of(meeting)
    return {
        "title": title_of(meeting),
        "url": reverse("meetings:meeting", args=[meeting.pair_id, meeting.pk]),
        "detail": meeting.place or meeting.get_venue_display(),
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


def rows_of(meeting: Meeting) -> list[dict[str, Any]]:
    """What was planned, without what was left empty."""
    said = (
        (_("Where"), meeting.get_venue_display()),
        (pgettext("of a meeting", "Place"), meeting.place),
        (
            _("How long"),
            ngettext("%(number)s minute", "%(number)s minutes", meeting.minutes) % {"number": meeting.minutes},
        ),
        (_("What you talk about"), meeting.agenda),
        (_("What you need to take part"), meeting.access_needs),
    )
    return [{"key": key, "value": value} for key, value in said if value]


def acts_of(meeting: Meeting, sides: Sides) -> set[str]:
    """What this partner can do now, by the names of the acts."""
    mine = sides.mine is not None and meeting.proposed_by_id == sides.mine.pk
    has_begun = meeting.starts_at is not None and meeting.starts_at <= clock.now()
    return {act.value for act in policy.acts_for(meeting.state, is_mine=mine, has_begun=has_begun)}


def shares_in_words(shares: Shares, sides: Sides) -> dict[str, Any]:
    """How times, moves and places were shared: a sentence for each, and the numbers as a table."""
    names = _names(sides)
    both = list(shares.sides.items())
    if not shares.meetings:
        sentences = []
    else:
        told = ngettext("You have agreed %(number)s meeting.", "You have agreed %(number)s meetings.", shares.meetings)
        sentences = [told % {"number": shares.meetings}]
        for side, share in both:
            words = _("%(name)s: the preferred time in %(times)s of %(all)s, moved %(moves)s, host of %(venues)s.")
            sentences.append(
                words
                % {
                    "name": names[side],
                    "times": share.times,
                    "all": shares.meetings,
                    "moves": share.moves,
                    "venues": share.venues,
                }
            )
        sentences.append(_("Somewhere else or online: %(number)s.") % {"number": shares.elsewhere})
    return {
        "sentences": sentences,
        "columns": [
            _("Partner"),
            {"label": _("At a time of their choice"), "number": True},
            {"label": _("Moved by them"), "number": True},
            {"label": _("At their place"), "number": True},
        ],
        "rows": [[names[side], str(share.times), str(share.moves), str(share.venues)] for side, share in both],
    }


def _names(sides: Sides) -> dict[Side, str]:
    names = {side: str(side.label) for side in Side}
    for seat in filter(None, (sides.mine, sides.partner)):
        names[Side(seat.side)] = seat.member.name
    return names
