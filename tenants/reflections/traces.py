"""What in a text may tell who somebody is: looked for here, before it is saved. Nothing leaves the service.

It warns and never decides: people write what they want. Better one warning too many than a name that nobody saw,
but words that pairs use every day ("the patient partner", "ward 7", "12 March") are no trace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST = 20
"""So many findings are shown. Who has more begins with these."""


class Kind(StrEnum):
    """What a trace looks like."""

    NAME = "name"
    BIRTH = "birth"
    NHS = "nhs"
    NIR = "nir"
    WARD = "ward"
    RECORD = "record"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"


WORDS: dict[Kind, _StrPromise] = {
    Kind.NAME: _("Perhaps a name"),
    Kind.BIRTH: _("Perhaps a date of birth"),
    Kind.NHS: _("Perhaps an NHS number"),
    Kind.NIR: _("Perhaps a French social security number"),
    Kind.WARD: _("A place together with a date"),
    Kind.RECORD: _("Perhaps a hospital number"),
    Kind.PHONE: _("Perhaps a phone number"),
    Kind.EMAIL: _("An e-mail address"),
    Kind.POSTCODE: _("Perhaps a postcode"),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One finding: what it may be, and the very words."""

    kind: Kind
    text: str

    @property
    def words(self) -> str:
        """What it may be, for people."""
        return str(WORDS[self.kind])


_LETTERS = r"[A-ZÀ-ÖØ-Þ](?:[a-zß-öø-ÿ]|['’-][A-Za-zÀ-ÖØ-öø-ÿ]){1,40}"
_NUMERIC = r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
_SPOKEN = rf"\d{{1,2}}(?:st|nd|rd|th|er)? (?:of )?(?i:{_MONTHS})(?: \d{{4}})?"
_DATE = rf"(?:{_NUMERIC}|{_SPOKEN}|\d{{1,2}}/\d{{1,2}})"
_TITLE = r"\b(?:M(?:r|rs|s|iss|x|me|lle)\.?|M\.|Monsieur|Madame|Mademoiselle)"
_PATIENT = r"\b[Pp](?:atient|atiente)(?:,| called| named| nommée?)?"
_NO_NAMES = frozenset(
    """
    Academy Access Advice Advisory Advocacy Association Board Care Carer Centre Champion Charter Citizen Clinic Council
    Engagement Experience Feedback Forum Group Information Involvement Leader Leaders Leadership Letter Liaison Network
    Panel Participation Partner Partners Partnership Portal Representative Representatives Safety Satisfaction Services
    Story Stories Survey Transport Voice Voices English French Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()  # noqa: SIM905  # read by people
)
"""What follows "patient" in the names of things."""

_NAMED = re.compile(rf"{_TITLE} (?:[A-Z]\.? )?({_LETTERS})(?: {_LETTERS})?")
_PATIENT_NAMED = re.compile(rf"{_PATIENT} ({_LETTERS})(?: {_LETTERS})?")
_BORN = re.compile(
    r"\b(?i:born(?: on)?|d\.?o\.?b\.?|date of birth|birthday|née?s? le|date de naissance)[ :=(,-]{0,4}"
    r"(?i:is |was |on |the |le )?"
    rf"(?:{_DATE}|(?i:in|en) \d{{4}})"
)
_FULL = re.compile(
    rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](\d{{4}})|(\d{{4}})-\d{{2}}-\d{{2}}|\d{{1,2}} (?i:{_MONTHS}) (\d{{4}}))\b"
)
_TEN = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_FRENCH = re.compile(r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?(\d{2})(?!\d)")
_WARD = r"\b(?i:wards?|bay|bed|unité|salle|chambre|lit)[ :]{1,2}(?:no\.? |n° ?)?[A-Z]?\d{1,4}[A-Z]?\b"
_WARD_THEN_DATE = re.compile(rf"{_WARD}[^\n]{{0,60}}?\b{_DATE}\b")
_DATE_THEN_WARD = re.compile(rf"\b{_DATE}\b[^\n]{{0,60}}?{_WARD}")
_RECORD = re.compile(
    r"\b(?i:hospital|record|patient|case|unit|hosp|MRN|IPP|NIP|dossier)(?i: number| no\.?| n°| num\.?|)[ :#]{0,3}"
    r"\b[A-Z]{0,3}\d{5,10}\b|\b[A-Z]\d{6,7}\b"
)
_CALL = re.compile(
    r"(?<![\w+])(?:\+\d{1,3}[ .-]?(?:\(0\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}|0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}"
    r"|0\d(?:[ .-]?\d{2}){4})(?!\d)"
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_POST = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r" ?\d[ABD-HJLNP-UW-Z]{2})\b"
    rf"|(?<!\d)(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}} (?!Euro|Pound|Pat){_LETTERS}"
)

_BORN_BEFORE = 2011
"""A whole date of an older year is more often a birthday than a meeting."""


def found_in(text: str) -> tuple[Trace, ...]:
    """Every trace in a text, once, in the order of the kinds; at most `MOST`."""
    plain = re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFKC", text))
    found: dict[Trace, None] = {}
    for kind, look in _LOOKS:
        for words in look(plain):
            if any(words in known.text for known in found if known.kind == kind):
                continue
            found.setdefault(Trace(kind, words[:80]))
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def nhs_number(digits: str) -> bool:
    """Whether ten digits end with the check digit that an NHS number has."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return rest != 10 and rest % 11 == int(digits[9])


def french_number(written: str) -> bool:
    """Whether thirteen signs and two digits are a French social security number with its key."""
    signs = written.replace(" ", "").replace("2A", "19").replace("2B", "18")
    return signs.isdecimal() and 97 - int(signs[:13]) % 97 == int(signs[13:])


def _names(text: str) -> Iterator[str]:
    yield from (match.group() for match in _NAMED.finditer(text))
    yield from (match.group() for match in _PATIENT_NAMED.finditer(text) if match.group(1) not in _NO_NAMES)


def _births(text: str) -> Iterator[str]:
    yield from (match.group() for match in _BORN.finditer(text))
    for match in _FULL.finditer(text):
        year = int(next(filter(None, match.groups())))
        if 1900 <= year < _BORN_BEFORE:
            yield match.group()


def _nhs(text: str) -> Iterator[str]:
    for match in _TEN.finditer(text):
        digits = re.sub(r"[ -]", "", match.group())
        if nhs_number(digits) and len(set(digits)) > 1:
            yield match.group()


def _nir(text: str) -> Iterator[str]:
    yield from (match.group() for match in _FRENCH.finditer(text) if french_number(match.group()))


def _wards(text: str) -> Iterator[str]:
    for pattern in (_WARD_THEN_DATE, _DATE_THEN_WARD):
        yield from (match.group() for match in pattern.finditer(text))


def _plainly(pattern: re.Pattern[str]) -> Callable[[str], Iterator[str]]:
    return lambda text: (match.group() for match in pattern.finditer(text))


_LOOKS: tuple[tuple[Kind, Callable[[str], Iterator[str]]], ...] = (
    (Kind.NAME, _names),
    (Kind.BIRTH, _births),
    (Kind.NHS, _nhs),
    (Kind.NIR, _nir),
    (Kind.WARD, _wards),
    (Kind.RECORD, _plainly(_RECORD)),
    (Kind.PHONE, _plainly(_CALL)),
    (Kind.EMAIL, _plainly(_MAIL)),
    (Kind.POSTCODE, _plainly(_POST)),
)
