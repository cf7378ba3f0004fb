"""From the day and the time that people type to a moment. Pure, but for the sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rollout.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR, LAST_YEAR = 2000, 2199


def moment(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The moment at which the clocks of a zone show this time.

    When clocks go back an hour comes twice: then it is the first of the two. Raises DomainError for a time that
    no clock shows because they go forward.
    """
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise DomainError("no_such_time", _("Choose a day in this age, for example 27 3 2027."), field="times")
    found = wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if found.astimezone(zone).replace(tzinfo=None) != wall.replace(fold=0):
        raise DomainError(
            "no_such_time",
            _("There is no %(time)s on that day: the clocks go forward. Choose another time.")
            % {"time": f"{wall:%H:%M}"},
            field="times",
        )
    return found


def moments(walls: Sequence[dt.datetime], zone: dt.tzinfo, *, now: dt.datetime, most: int) -> list[dt.datetime]:
    """The moments of an offer, in the order of preference. Raises DomainError for what cannot be offered."""
    if not 1 <= len(walls) <= most:
        raise DomainError("how_many_times", _("Offer one time at least, and five at most."), field="times")
    found = [moment(wall, zone) for wall in walls]
    if any(one <= now for one in found):
        raise DomainError("time_is_past", _("Choose times that are still to come."), field="times")
    if len(set(found)) < len(found):
        raise DomainError("same_time_twice", _("You offer the same time twice. Offer each time once."), field="times")
    return found
