"""The one business clock. Everything that a person would call "when" is read here.

The demo and the tests may play it; a server that serves people never does. The moment in force
travels into the database with the signed context, so that SQL and Python agree.
Security tokens (sign-in codes, entry codes, leases) use the server's own clock instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_played: ContextVar[dt.datetime | None] = ContextVar("played_moment", default=None)


def now() -> dt.datetime:
    """The current business moment, aware, in UTC."""
    return _played.get() or timezone.now()


def today() -> dt.date:
    """The business date in the active time zone."""
    return timezone.localtime(now()).date()


def played() -> dt.datetime | None:
    """The moment being played, or None when the clock runs by itself."""
    return _played.get()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Play the clock at `moment` (aware). Refused where settings.PLAYABLE_CLOCK is off."""
    if not settings.PLAYABLE_CLOCK:
        raise RuntimeError("the clock can be played in the demo and in tests only")
    mark = _played.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _played.reset(mark)
