"""The filter `date` of every template, in the place of Django's."""

from typing import Any

from django import template
from django.template.defaultfilters import date as stock

from rollout.kernel.dates import first_of_month

register = template.Library()


@register.filter(name="date", expects_localtime=True, is_safe=False)
def date(value: Any, how: str | None = None) -> str:
    """A date or a moment in the language in force."""
    return first_of_month(stock(value, how))
