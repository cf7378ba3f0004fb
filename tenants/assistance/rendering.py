"""What is printed: letters, paper forms, telephone scripts and sheets of codes, as PDF in large print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from rollout.kernel.papers import paper
from rollout.kernel.tokens import grouped
from tenants.assistance.queries import ends_of
from tenants.instruments.definition import HUNDRED, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from rollout.organisations.models import Organisation
    from tenants.assistance.models import AssistedEntry
    from tenants.instruments.definition import Definition
    from tenants.members.models import Invitation

PAPER, SCRIPT, KEYPAD = "form", "script", "keypad"
KINDS = (PAPER, SCRIPT, KEYPAD)


@dataclass(frozen=True, slots=True)
class Printed:
    """One item on paper: its number, its words, and the boxes or the codes to choose from."""

    place: int
    text: str
    low: str
    high: str
    boxes: tuple[int, ...]
    codes: tuple[tuple[int, str], ...]


def entries(found: Iterable[AssistedEntry], names: Mapping[UUID, str]) -> list[tuple[str, datetime | None]]:
    """Who helped, and when it counted."""
    return [(names.get(entry.session_id, ""), entry.confirmed_at) for entry in found]


def items_of(definition: Definition, language: str, keys: Sequence[str]) -> list[Printed]:
    """The items of an instrument as they stand on paper, in one language."""
    words, (least, most) = definition.in_language(language), ends_of(definition)
    boxes = () if definition.scale in HUNDRED or definition.scale == Scale.CODES else tuple(range(least, most + 1))
    codes = tuple((number, words.codes[code]) for number, code in enumerate(definition.codes, start=1))
    return [
        Printed(place, item.text or item.name, item.low, item.high, boxes, codes)
        for place, item in enumerate((words.items[key] for key in keys), start=1)
    ]


def paper_of(
    definition: Definition, kind: str, language: str, organisation: Organisation, keys: Sequence[str]
) -> HttpResponse:
    """The paper form of an instrument to fill in and send back, or the script to read it out on the telephone.

    `keys` are the items in the order in which they are printed. For a keypad it is the person's own.
    """
    with translation.override(language):
        words = definition.in_language(language)
        title = words.title if kind != SCRIPT else _("On the telephone: %(title)s") % {"title": words.title}
        least, most = ends_of(definition)
        context = {"words": words, "items": items_of(definition, language, keys), "least": least}
        context |= {"most": most, "for_keypad": kind == KEYPAD}
        template = f"assistance/print/{SCRIPT if kind == SCRIPT else PAPER}.html"
        return _printed(template, title, f"{definition.code}-{kind}", organisation, context)


def letter_of(invitation: Invitation, code: str, url: str, organisation: Organisation) -> HttpResponse:
    """The letter that carries a code in place of a link. It says as little as an envelope may know."""
    with translation.override(invitation.language or organisation.language):
        context = {"invitation": invitation, "code": grouped(code), "url": url}
        return _printed("assistance/print/letter.html", _("You have an invitation"), "letter", organisation, context)


def sheet_of(codes: Sequence[tuple[int, str]], organisation: Organisation) -> HttpResponse:
    """The sheet of codes to read out, each once."""
    rows = [(number, f"{digits[:3]} {digits[3:]}") for number, digits in codes]
    return _printed("assistance/print/codes.html", _("Your codes to read out"), "codes", organisation, {"codes": rows})


def _printed(template: str, title: str, name: str, organisation: Organisation, context: dict[str, Any]) -> HttpResponse:
    return paper(template, {**context, "organisation": organisation}, title=title, name=name, author=organisation.name)
