"""Whom a pair can show itself to. Apps that know more audiences (boards) add them as a source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import get_text_list
from django.utils.translation import gettext

from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience
from tenants.members import queries as members
from tenants.members.models import Role

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """One audience: its name on the page, and who reads there, in words. Signing consents to exactly these."""

    audience: str
    audience_id: UUID
    label: str
    readers_in_words: tuple[str, ...]

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.audience}:{self.audience_id}"

    @property
    def readers(self) -> str:
        """The readers as one list to read."""
        return str(get_text_list(list(self.readers_in_words), gettext("and")))


Source = Callable[[], Iterable[AudienceChoice]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let an app offer its audiences, when it is ready; saying it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def choices() -> tuple[AudienceChoice, ...]:
    """Every audience that a pair can choose now: each sponsor, what the sources offer, the organisation."""
    offered = (choice for source in _sources for choice in source())
    return (*sponsors(), *offered, _organisation())


def sponsors() -> tuple[AudienceChoice, ...]:
    """Each sponsor, alone."""
    return tuple(
        AudienceChoice(
            Audience.SPONSOR,
            sponsor.pk,
            gettext("%(name)s, sponsor") % {"name": sponsor.name},
            (gettext("%(name)s and nobody else") % {"name": sponsor.name},),
        )
        for sponsor in members.holders_of(Role.SPONSOR)
    )


def find(audience: str, audience_id: UUID) -> AudienceChoice:
    """The audience of a package. One that is no longer there is still named by its kind."""
    for choice in choices():
        if (choice.audience, choice.audience_id) == (audience, audience_id):
            return choice
    return gone(audience, audience_id)


def gone(audience: str, audience_id: UUID) -> AudienceChoice:
    """An audience that nobody can choose any more: an office that ended, a board that was archived."""
    words = {
        Audience.SPONSOR: (gettext("A sponsor who has left this office"), gettext("nobody at present")),
        Audience.BOARD: (
            gettext("A board that is no longer listed"),
            gettext("those who were named when you signed, while they read for this board"),
        ),
    }
    label, readers = words[Audience(audience)]
    return AudienceChoice(audience, audience_id, label, (readers,))


def _organisation() -> AudienceChoice:
    return AudienceChoice(
        Audience.ORGANISATION,
        EVERYBODY_IN_OFFICE,
        gettext("The organisation"),
        (gettext("the rollout leads"), gettext("the sponsors")),
    )
