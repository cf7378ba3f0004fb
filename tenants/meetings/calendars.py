"""Calendar files. Everything in them is our own words and numbers: nothing that a person typed, and no name."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parseaddr
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import pgettext
from icalendar import Calendar, Event, vCalAddress

from rollout.kernel.mail import Enclosed
from tenants.meetings import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tenants.conversations.enclosures import Make
    from tenants.meetings.queries import Entry
    from tenants.members.models import Member

CONTENT_TYPE = "text/calendar; charset=utf-8"


def file_of(entries: Iterable[Entry], *, url: str, is_one: bool = False) -> bytes:
    """A calendar with these meetings. `url` is where its reader signs in; `is_one` is the file of a single
    meeting, which says itself whether it invites or calls off."""
    entries = list(entries)
    calendar = _calendar("CANCEL" if is_one and entries[0].is_cancelled else "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, url))
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Collaborative Pairs//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def invitation(entry: Entry, to: str, url: str) -> Enclosed:
    """One meeting as mail programs take it into a calendar, or out of it again. It invites in the name of the service,
    which is where answers are not read; the only other address in it is the reader's own."""
    calendar = _calendar("CANCEL" if entry.is_cancelled else "REQUEST")
    event = _event(entry, url)
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    reader = vCalAddress(f"mailto:{to}")
    reader.params["RSVP"] = "FALSE"
    event.add("attendee", reader)
    calendar.add_component(event)
    method = calendar["method"]
    return Enclosed("meeting.ics", bytes(calendar.to_ical()), f"text/calendar; method={method}")


def news(member: Member, since: datetime) -> list[Make]:
    """What goes along with the letter to this member."""
    return [partial(invitation, entry) for entry in queries.calendar_news(member, since)]


def _event(entry: Entry, url: str) -> Event:
    event = Event()
    event.add("uid", str(entry.id))
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("duration", timedelta(minutes=entry.minutes))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("summary", pgettext("of two partners", "Meeting"))
    event.add("url", url)
    return event
