"""What two partners write to each other and when they meet, built through the same actions that the pages use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from rollout.kernel import clock
from tenants.conversations import actions as talks
from tenants.meetings import actions
from tenants.meetings.models import Meeting
from tests.world import inside

if TYPE_CHECKING:
    from tenants.conversations.models import Message
    from tenants.members.models import Member
    from tests.world_projects import Workshop


def wall(days: float = 7, hour: int = 14) -> datetime:
    """A day and a time from now, as the clocks here show it."""
    found = timezone.localtime(clock.now() + timedelta(days=days)).replace(tzinfo=None)
    return found.replace(hour=hour, minute=0, second=0, microsecond=0)


def plan(**changed: Any) -> actions.Plan:
    """What a meeting is to be."""
    said: dict[str, Any] = {
        "minutes": 60, "venue": "citizen", "place": "The library", "link": "https://meet.example.org/room",
        "agenda": "The letters", "access_needs": "A step-free room", **changed,
    }  # fmt: skip
    return actions.Plan(**said)


def offered(shop: Workshop, who: Member, *walls: datetime, **changed: Any) -> Meeting:
    """A meeting that somebody offers times for."""
    with inside(shop.organisation, who):
        return actions.propose(pair=shop.pair, plan=plan(**changed), walls=walls or (wall(7), wall(8)), by=who)


def agreed(shop: Workshop, who: Member, *walls: datetime, choice: int = 1, **changed: Any) -> Meeting:
    """A meeting that somebody offered, and of which the other picked a time."""
    meeting = offered(shop, who, *walls, **changed)
    other = next(partner for partner in shop.partners if partner.pk != who.pk)
    with inside(shop.organisation, other):
        time = meeting.times.get(choice=choice).pk
        return actions.choose(meeting=meeting, time=time, by=other)


def past(shop: Workshop, who: Member) -> Meeting:
    """An agreed meeting whose time is over."""
    with clock.at(clock.now() - timedelta(days=3)):
        return agreed(shop, who, wall(1))


def written(shop: Workshop, who: Member, text: str = "Shall we?", **about: Any) -> Message:
    """A message."""
    with inside(shop.organisation, who):
        return talks.write(pair=shop.pair, text=text, **about, by=who)
