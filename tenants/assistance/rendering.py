"""What is printed: letters, paper forms, telephone scripts and sheets of codes, as PDF in large print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from rollout.kernel.papers import paper
from rollout.kernel.tokens import grouped
from tenants.assistance.queries import HEARD, ends_of, numbers_of
from tenants.instruments.definition import HUNDRED, Scale
from tenants.relationship.forms import SnapBackForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from rollout.organisations.models import Organisation
    from tenants.assistance.models import AssistedEntry, AssistedKey
    from tenants.assistance.queries import ToEnter
    from tenants.instruments.definition import Definition, Said
    from tenants.members.models import Invitation
    from tenants.projects.models import Decision

PAPER, SCRIPT, KEYPAD = "form", "script", "keypad"
KINDS = (PAPER, SCRIPT, KEYPAD)
SNAPBACK = "snapback"
"""What stands in place of an instrument's code for the paper about a moment when somebody snapped back."""


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


def keys(found: Iterable[AssistedKey], names: Mapping[UUID, str]) -> list[tuple[str, datetime, Decision]]:
    """Who helped, when it was signed, and which decision."""
    return [(names.get(key.session_id, ""), key.given_at, key.decision) for key in found]


def items_of(definition: Definition, language: str, keys: Sequence[str], *, felt_heard: bool) -> list[Printed]:
    """The items of an instrument as they stand on paper, in one language; or “I felt heard” alone."""
    if felt_heard:
        return [Printed(1, _("I felt heard"), _("not at all"), _("fully"), tuple(range(HEARD[0], HEARD[1] + 1)), ())]
    words, (least, most) = definition.in_language(language), ends_of(definition)
    boxes = () if definition.scale in HUNDRED or definition.scale == Scale.CODES else tuple(range(least, most + 1))
    codes = tuple((number, words.codes[code]) for number, code in enumerate(definition.codes, start=1))
    return [
        Printed(place, item.text or item.name, item.low, item.high, boxes, codes)
        for place, item in enumerate((words.items[key] for key in keys), start=1)
    ]


def paper_of(
    definition: Definition, kind: str, language: str, organisation: Organisation, keys: Sequence[str], *,
    felt_heard: bool = False,
) -> HttpResponse:  # fmt: skip
    """The paper form of an instrument to fill in and send back, or the script to read it out on the telephone.

    `keys` are the items in the order in which they are printed. For a keypad it is the person's own, and there is no
    line for words, as the helper types none. With `felt_heard` nothing else is asked.
    """
    with translation.override(language):
        words = definition.in_language(language)
        title = words.title if kind != SCRIPT else _("On the telephone: %(title)s") % {"title": words.title}
        least, most = HEARD if felt_heard else ends_of(definition)
        context = {"words": words, "items": items_of(definition, language, keys, felt_heard=felt_heard), "least": least}
        context |= {"most": most, "for_keypad": kind == KEYPAD, "felt_heard": felt_heard}
        context |= {"has_lines": definition.has_lines and kind != KEYPAD, "may_keep": definition.may_keep_sealed}
        template = f"assistance/print/{SCRIPT if kind == SCRIPT else PAPER}.html"
        return _printed(template, title, f"{definition.code}-{kind}", organisation, context)


def snapback_paper(language: str, organisation: Organisation) -> HttpResponse:
    """The paper about a moment when one snapped back, with the very choices of the page. Its author alone reads it."""
    with translation.override(language):
        questions = [
            (SnapBackForm.base_fields[name].label, SnapBackForm.base_fields[name].choices)  # type: ignore[attr-defined]
            for name in ("part", "trigger", "own_default", "intensity")
        ]
        title = _("When I snapped back")
        return _printed("assistance/print/snapback.html", title, SNAPBACK, organisation, {"questions": questions})


def labels_of(asked: ToEnter, language: str) -> list[str]:
    """The sentences that are read out, in the order in which the numbers are typed."""
    items = asked.definition.in_language(language).items
    return [_("I felt heard")] if asked.felt_heard else [items[key].text or items[key].name for key in asked.keys]


def said_back(asked: ToEnter, said: Said, *, blind: bool, language: str) -> list[dict[str, str]]:
    """What was typed, item by item, to be said back: in the keypad mode the place and the number alone."""
    words = asked.definition.in_language(language)
    rows = []
    typed = zip(numbers_of(asked, said), labels_of(asked, language), strict=True)
    for place, (number, text) in enumerate(typed, start=1):
        code = asked.definition.codes[number - 1] if asked.definition.codes else ""
        line = "" if asked.felt_heard else said.lines.get(asked.keys[place - 1], "")
        told = f"{number}: {words.codes[code]}" if code and not blind else str(number)
        key = _("Number %(place)s") % {"place": place} if blind else f"{place}. {text}"
        rows.append({"key": key, "value": told if blind or not line else f"{told}\n{line}"})
    return rows


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
