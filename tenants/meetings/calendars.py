"""Calendar files. Everything in them is our own words and numbers: nothing that a person typed, and no name."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import pgettext
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenants.meetings.queries import Entry

CONTENT_TYPE = "text/calendar; charset=utf-8"


def file_of(entries: Iterable[Entry], *, url: str, is_one: bool = False) -> bytes:
    """A calendar with these meetings. `url` is where its reader signs in; `is_one` is the file of a single
    meeting, which says itself whether it invites or calls off."""
    entries = list(entries)
    calendar = Calendar()
    calendar.add("prodid", "-//Collaborative Pairs//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if is_one and entries[0].is_cancelled else "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, url))
    return bytes(calendar.to_ical())


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
