"""Principles to begin with, for pairs that do not want to start from an empty page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A principle that many pairs could begin with. Nothing is agreed until both have signed their own words."""

    code: str
    title: _StrPromise
    text: _StrPromise


SUGGESTIONS = (
    Suggestion(
        "shared-purpose",
        _("One purpose for both of us"),
        _("We know in one sentence why we do this. When we lose our way, we come back to that sentence."),
    ),
    Suggestion(
        "mutuality",
        _("We give and we take, both of us"),
        _("Each of us brings something that the other does not have. We say what we need as well as what we offer."),
    ),
    Suggestion(
        "co-ownership",
        _("The work belongs to both of us"),
        _("Nothing of this project is done by one of us alone in the other’s name. We share the credit and the blame."),
    ),
    Suggestion(
        "shared-decisions",
        _("We decide together"),
        _("What changes our project is decided by two. Silence is not a yes, and a no is listened to."),
    ),
)


def suggestion(code: str) -> Suggestion | None:
    """The suggestion with this code, or None."""
    return next((found for found in SUGGESTIONS if found.code == code), None)
