"""What an instrument is: its questions in every language, its scale, its score. Data, read and judged here.

Pure: nothing here knows a person, a page or a database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError

NAMESPACE = UUID("3b1f6a52-9a0e-4b55-8c0b-6a1c1f0f5d11")
LANGUAGES = ("en", "fr")
MOST_ITEMS = 40
LINE_LENGTH = 300
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LENGTHS = {"title": 100, "intro": 600, "name": 60, "text": 300, "low": 120, "high": 120, "code": 120, "licence": 120}


class Scale(StrEnum):
    """How an item is answered."""

    LIKERT = "likert"
    BIPOLAR = "bipolar"
    ALLOCATION = "allocation"
    ESTIMATE = "estimate"
    CODES = "codes"


class Scoring(StrEnum):
    """What is made of the answers."""

    MEAN = "mean"
    BALANCE = "balance"
    CHANGE = "change"
    NONE = "none"


class Reveal(StrEnum):
    """Who reads the answers: both, once both have answered; or each alone, for ever."""

    SEALED = "sealed"
    PRIVATE = "private"


SCORED = {
    Scale.LIKERT: {Scoring.MEAN, Scoring.NONE},
    Scale.BIPOLAR: {Scoring.MEAN, Scoring.NONE},
    Scale.ALLOCATION: {Scoring.CHANGE, Scoring.NONE},
    Scale.ESTIMATE: {Scoring.BALANCE, Scoring.NONE},
    Scale.CODES: {Scoring.NONE},
}
"""Which scores make sense for which scale."""
HUNDRED = (Scale.ALLOCATION, Scale.ESTIMATE)
"""Of a hundred, how much lies on the side of the patient, citizen or third-sector leader."""


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One item in one language; `low` and `high` are the ends of its scale."""

    name: str
    text: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """An instrument in one language."""

    title: str
    intro: str
    items: Mapping[str, ItemWords]
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One person's answers: a number or a code for each item, a line of words for some, or "felt heard" alone."""

    values: Mapping[str, int | str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    felt_heard: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an instrument. The same code and version never change."""

    code: str
    version: int
    scale: Scale
    scoring: Scoring
    reveal: Reveal
    items: tuple[str, ...]
    words: Mapping[str, Words]
    licence: str
    source: str
    least: int = 0
    most: int = 100
    codes: tuple[str, ...] = ()
    has_lines: bool = False
    may_keep_sealed: bool = False
    """Whether an author may keep the answer sealed although both have answered."""
    felt_heard: bool = False
    """Whether "I felt heard" is asked alone when an interpreter or a communication aid was there."""

    @property
    def key(self) -> tuple[str, int]:
        return self.code, self.version

    @staticmethod
    def id_of(code: str, version: int) -> UUID:
        """The id under which programs find one version."""
        return uuid5(NAMESPACE, f"{code} {version}")

    @property
    def is_private(self) -> bool:
        return self.reveal == Reveal.PRIVATE

    def in_language(self, language: str | None) -> Words:
        """The texts in this language, else in the first one that there is."""
        return self.words.get((language or "")[:2], next(iter(self.words.values())))

    def checked(self, said: Said) -> Said:
        """These answers as they may be kept. Raises DomainError with the field of the first that cannot."""
        if said.felt_heard is not None:
            if not self.felt_heard or said.values or said.lines:
                raise DomainError("felt_heard_alone", _("“Felt heard” is answered alone."))
            if not _is_number(said.felt_heard, 1, 5):
                raise DomainError("answer_missing", _("Choose a number from 1 to 5."), field="felt_heard")
            return said
        if unknown := sorted((set(said.values) | set(said.lines)) - set(self.items)):
            raise DomainError("no_such_item", _("There is no question “%(key)s”.") % {"key": unknown[0]})
        for key in self.items:
            if not self._fits(said.values.get(key)):
                raise DomainError("answer_missing", self.missing(), field=f"item_{key}")
        if said.lines and not self.has_lines:
            raise DomainError("no_lines", _("This instrument takes no words of your own."))
        for key, line in said.lines.items():
            if len(line) > LINE_LENGTH or "\x00" in line:
                sentence = _("Use no more than %(limit_value)s characters.") % {"limit_value": LINE_LENGTH}
                raise DomainError("line_too_long", sentence, field=f"line_{key}")
        lines = {key: " ".join(line.split()) for key, line in said.lines.items()}
        return Said({key: said.values[key] for key in self.items}, {key: line for key, line in lines.items() if line})

    def missing(self) -> str:
        """What to do where an answer is missing or does not fit."""
        if self.scale == Scale.CODES:
            return _("Choose an answer.")
        if self.scale in HUNDRED:
            return _("Type a number from 0 to 100.")
        return _("Choose a number from %(least)s to %(most)s.") % {"least": self.least, "most": self.most}

    def _fits(self, value: Any) -> bool:
        return value in self.codes if self.scale == Scale.CODES else _is_number(value, self.least, self.most)


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


class _Reading:
    """Reads a definition and collects what is wrong, each as one sentence that says where and how to mend it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(_("%(where)s: %(what)s") % {"where": where, "what": what})

    def mapping(self, data: Any, where: str, known: set[str], needed: set[str]) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            self.wrong(where, _("this must be a group in curly brackets."))
            return {}
        for name in sorted(set(map(str, data)) - known):
            self.wrong(where, _("there is no “%(name)s” here. Take it out.") % {"name": name[:60]})
        for name in sorted(needed - set(data)):
            self.wrong(where, _("“%(name)s” is missing.") % {"name": name})
        return data

    def text(self, data: Any, where: str, kind: str, *, may_be_empty: bool = False) -> str:
        if not isinstance(data, str) or (not data.strip() and not may_be_empty):
            self.wrong(where, _("type some words here."))
            return ""
        if len(data) > _LENGTHS[kind] or not data.isprintable():
            sentence = _("use no more than %(most)s characters, in one line.")
            self.wrong(where, sentence % {"most": _LENGTHS[kind]})
        return data.strip()

    def choice(self, data: Any, where: str, kinds: type[StrEnum]) -> Any:
        if not isinstance(data, str) or data not in list(kinds):
            self.wrong(where, _("choose one of: %(choices)s.") % {"choices": ", ".join(kinds)})
            return next(iter(kinds))
        return kinds(data)

    def names(self, data: Any, where: str) -> tuple[str, ...]:
        fits = isinstance(data, list) and all(isinstance(name, str) and _CODE.fullmatch(name) for name in data)
        if not fits or not 1 <= len(data) <= MOST_ITEMS or len(set(data)) != len(data):
            sentence = _("list 1 to %(most)s different names, each of small letters, digits and _.")
            self.wrong(where, sentence % {"most": MOST_ITEMS})
            return ()
        return tuple(data)

    def number(self, data: Any, where: str, least: int, most: int) -> int:
        if not _is_number(data, least, most):
            sentence = _("type a whole number from %(least)s to %(most)s.")
            self.wrong(where, sentence % {"least": least, "most": most})
            return least
        return int(data)

    def flag(self, data: Any, where: str) -> bool:
        if not isinstance(data, bool):
            self.wrong(where, _("write true or false."))
        return data is True


_NEEDED = {"code", "version", "scale", "scoring", "reveal", "items", "texts", "licence", "source"}
_KNOWN = _NEEDED | {"least", "most", "codes", "lines", "may_keep_sealed", "felt_heard"}


def read(data: Any) -> tuple[Definition | None, list[str]]:
    """The definition that this data holds; or None, with a sentence for everything that is wrong in it."""
    reading = _Reading()
    whole = reading.mapping(data, _("definition"), _KNOWN, _NEEDED)
    code = whole.get("code", "")
    if "code" in whole and not (isinstance(code, str) and _CODE.fullmatch(code)):
        reading.wrong("code", _("use up to 40 small letters, digits and _, beginning with a letter."))
    version = reading.number(whole.get("version", 1), "version", 1, 999)
    scale = reading.choice(whole.get("scale", Scale.LIKERT), "scale", Scale)
    scoring = reading.choice(whole.get("scoring", Scoring.NONE), "scoring", Scoring)
    reveal = reading.choice(whole.get("reveal", Reveal.SEALED), "reveal", Reveal)
    if scoring not in SCORED[scale]:
        fitting = ", ".join(sorted(SCORED[scale]))
        reading.wrong("scoring", _("for this scale choose one of: %(choices)s.") % {"choices": fitting})
    items = reading.names(whole.get("items", ["one"]), "items")
    codes = reading.names(whole.get("codes"), "codes") if scale == Scale.CODES else ()
    least, most = _ends(reading, whole, scale)
    flags = {name: reading.flag(whole.get(name, False), name) for name in ("lines", "may_keep_sealed", "felt_heard")}
    _refuse_flags(reading, flags, scale, reveal)
    licence = reading.text(whole.get("licence", "?"), "licence", "licence")
    source = reading.text(whole.get("source", "?"), "source", "licence")
    words = _words(reading, whole.get("texts"), scale, items, codes) if "texts" in whole else {}
    if reading.problems:
        return None, reading.problems
    return Definition(
        code=code, version=version, scale=scale, scoring=scoring, reveal=reveal, items=items, words=words,
        licence=licence, source=source, least=least, most=most, codes=codes, has_lines=flags["lines"],
        may_keep_sealed=flags["may_keep_sealed"], felt_heard=flags["felt_heard"],
    ), []  # fmt: skip


def _ends(reading: _Reading, whole: Mapping[str, Any], scale: Scale) -> tuple[int, int]:
    if scale not in (Scale.LIKERT, Scale.BIPOLAR):
        for name in ("least", "most"):
            if name in whole:
                reading.wrong(name, _("this scale has ends of its own. Take it out."))
        return 0, 100
    least = reading.number(whole.get("least", 1), "least", 0, 1)
    return least, reading.number(whole.get("most", 7), "most", least + 1, 10)


def _refuse_flags(reading: _Reading, flags: Mapping[str, bool], scale: Scale, reveal: Reveal) -> None:
    if flags["felt_heard"] and scale != Scale.ESTIMATE:
        reading.wrong("felt_heard", _("only an instrument with the scale “estimate” can ask this."))
    if flags["may_keep_sealed"] and reveal == Reveal.PRIVATE:
        reading.wrong("may_keep_sealed", _("a private instrument is sealed already. Take it out."))


def _words(
    reading: _Reading, data: Any, scale: Scale, items: tuple[str, ...], codes: tuple[str, ...]
) -> dict[str, Words]:
    found = {}
    texts = reading.mapping(data, "texts", set(LANGUAGES), set())
    if not texts and isinstance(data, dict):
        reading.wrong("texts", _("write it in at least one language: %(choices)s.") % {"choices": ", ".join(LANGUAGES)})
    for language in LANGUAGES:
        if language in texts:
            found[language] = _in_one_language(reading, texts[language], f"texts.{language}", scale, items, codes)
    return found


def _in_one_language(
    reading: _Reading, data: Any, where: str, scale: Scale, items: tuple[str, ...], codes: tuple[str, ...]
) -> Words:
    ends = {"low", "high"} if scale == Scale.LIKERT else set()
    coded = {"codes"} if scale == Scale.CODES else set()
    needed = {"title", "intro", "items"} | ends | coded
    told = reading.mapping(data, where, needed, needed)
    title = reading.text(told.get("title", "?"), f"{where}.title", "title")
    intro = reading.text(told.get("intro", ""), f"{where}.intro", "intro", may_be_empty=True)
    low, high = (reading.text(told.get(end, "?"), f"{where}.{end}", end) if ends else "" for end in ("low", "high"))
    of_items = reading.mapping(told.get("items", {}), f"{where}.items", set(items), set(items))
    of_codes = reading.mapping(told.get("codes", {}), f"{where}.codes", set(codes), set(codes)) if coded else {}
    read_items = {
        key: _item(reading, of_items[key], f"{where}.items.{key}", scale, low, high) for key in items if key in of_items
    }
    read_codes = {
        code: reading.text(of_codes[code], f"{where}.codes.{code}", "code") for code in codes if code in of_codes
    }
    return Words(title, intro, read_items, read_codes)


def _item(reading: _Reading, data: Any, where: str, scale: Scale, low: str, high: str) -> ItemWords:
    needed = {"name", "low", "high"} if scale == Scale.BIPOLAR else {"name", "text"}
    told = reading.mapping(data, where, needed | {"text"}, needed)
    name = reading.text(told.get("name", "?"), f"{where}.name", "name")
    text = reading.text(told.get("text", ""), f"{where}.text", "text", may_be_empty=scale == Scale.BIPOLAR)
    if scale == Scale.BIPOLAR:
        low, high = (reading.text(told.get(end, "?"), f"{where}.{end}", end) for end in ("low", "high"))
    return ItemWords(name, text, low, high)
