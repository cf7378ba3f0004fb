"""Two partners write to each other, and meet."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from rollout.demo.script import OTHER
from rollout.demo.script.talking import SAID
from tenants.conversations import actions as talks
from tenants.conversations import queries
from tenants.meetings import actions as meetings
from tenants.meetings.models import Meeting
from tenants.projects.models import Decision
from tenants.workplan.models import Measure

if TYPE_CHECKING:
    from rollout.demo.script.talking import Meet, Message
    from rollout.demo.stage import Two

THINGS: dict[str, tuple[type[Any], str]] = {"decision": (Decision, "title"), "measure": (Measure, "name")}
"""What can be talked about in the story, and what it is found by."""


def put(two: Two) -> None:
    """Put their messages and meetings on the stage, on their days."""
    if (said := SAID.get(two.title)) is None:
        return
    for message in said.messages:
        two.at(message.day, write, message)
    for meet in said.meetings:
        two.at(meet.day, propose, meet)
        if meet.picked:
            two.at(meet.picked[0], choose, meet)
        if meet.notes and meet.picked:
            two.at(meet.times[meet.picked[1] - 1][0] + 1, look_back, meet)


def write(two: Two, message: Message) -> None:
    """One of the two writes. The other one reads it, unless it is the last word of the story."""
    kind, title = message.about
    with two.acting(message.by) as (member, pair):
        about: dict[str, Any] = {}
        if kind:
            model, name = THINGS[kind]
            about = {"kind": kind, "subject": model.objects.get(**{"pair": pair, name: title}).pk}
        talks.write(pair=pair, text=message.text, **about, by=member)
    if message.is_read:
        with two.acting(OTHER[message.by]) as (member, pair):
            talks.read(messages=queries.talk_of(member, pair.pk, **about), by=member)


def propose(two: Two, meet: Meet) -> None:
    """One of the two offers times."""
    plan = meetings.Plan(
        minutes=meet.minutes, venue=meet.venue, place=meet.place, agenda=meet.agenda, access_needs=meet.access_needs
    )
    walls = [datetime.combine(two.stage.date(day), time(hour)) for day, hour in meet.times]
    with timezone.override(two.organisation.time_zone), two.acting(meet.by) as (member, pair):
        meetings.propose(pair=pair, plan=plan, walls=walls, by=member)


def choose(two: Two, meet: Meet) -> None:
    """The other one picks a time."""
    assert meet.picked
    with two.acting(OTHER[meet.by]) as (member, pair):
        meeting = Meeting.objects.get(pair=pair, agenda=meet.agenda)
        meetings.choose(meeting=meeting, time=meeting.times.get(choice=meet.picked[1]).pk, by=member)


def look_back(two: Two, meet: Meet) -> None:
    """The two have met, and whoever proposed it writes the notes."""
    with two.acting(meet.by) as (member, pair):
        meeting = meetings.close(meeting=Meeting.objects.get(pair=pair, agenda=meet.agenda), met=True, by=member)
        meetings.note(meeting=meeting, text=meet.notes, by=member)
