"""What each communication need changes, as one table. A need that changed nothing would be a promise broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tenants.agreement.models import CommunicationNeed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = CommunicationNeed.Kind
Channel = CommunicationNeed.Channel

LOOK_AGAIN_DAYS = 365
"""After so many days a person is asked whether a need is still right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one need changes: in words for the person, and for the code that carries it out."""

    words: _StrPromise
    display: str = ""
    """The word by which style sheets and templates know it, on every page of the person."""
    access: bool = False
    """Whether a meeting of the pair names it among what has to be prepared, once it is shared."""
    felt_heard: bool = False
    """Whether questions about voice ask how heard somebody felt, because counted minutes would mislead."""
    reach: bool = False
    """Whether it says how to reach the person; unless that is by e-mail, no reminder is sent by e-mail."""


CHANGES: dict[Kind, Change] = {
    Kind.LARGE_PRINT: Change(
        words=_("All your pages and their prints are set in larger letters."), display="large-print"
    ),
    Kind.HIGH_CONTRAST: Change(
        words=_("All your pages are set in black on white, with strong lines."), display="high-contrast"
    ),
    Kind.EASY_READ: Change(
        words=_("Each page that opens from your pair’s page begins with a box that says it in short."),
        display="easy-read",
    ),
    Kind.INTERPRETER: Change(
        words=_(
            "Your meetings name the interpreter. Questions about voice ask how heard you felt, and count no minutes."
        ),
        access=True,
        felt_heard=True,
    ),
    Kind.TEXT_RELAY: Change(words=_("Your meetings say that calls go through text relay."), access=True),
    Kind.CHANNEL: Change(
        words=_("Your partner sees how to reach you. Unless you choose e-mail, we send you no reminders by e-mail."),
        reach=True,
    ),
    Kind.BREAKS: Change(words=_("Your meetings plan breaks."), access=True),
    Kind.STEP_FREE: Change(words=_("Your meetings ask for a place without steps."), access=True),
    Kind.QUIET_ROOM: Change(words=_("Your meetings ask for a quiet room."), access=True),
    Kind.COMPANION: Change(words=_("Your meetings count one more person, who comes with you."), access=True),
    Kind.OTHER: Change(words=_("Your meetings name it in your own words."), access=True),
}
