"""Dates as people write them. Django's formats cannot say that in French the first of a month is "1er"."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language

_FIRST = re.compile(r"^1(?= [^\W\d])")


def date_format(value: date, how: str | None = None) -> str:
    """A date or a moment in the language in force, in one of the house's formats."""
    return first_of_month(formats.date_format(value, how))


def first_of_month(written: str) -> str:
    """A written date with the first day of a month as this language writes it."""
    return _FIRST.sub("1er", written) if (get_language() or "").startswith("fr") else written


def day_of(moment: datetime | None) -> date | None:
    """The day of a moment where the organisation is."""
    return None if moment is None else timezone.localtime(moment).date()
