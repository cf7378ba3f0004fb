"""What a page says, and which forms it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from lxml import html as lxml_html
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = {"script", "style", "template", "noscript"}
SPOKEN = ("alt", "title", "aria-label", "placeholder")
_BLANK = re.compile(r"\s+")
TYPED = re.compile(r"[A-Z @]")
"""A code of ours has no capital letter and no blank."""


def tree(html: str) -> Any:
    """A page as its parts."""
    return lxml_html.document_fromstring(html)


def words_of(html: str, language: str) -> set[str]:
    """Every text that a reader sees or hears on a page in this language. What is marked as another one is left out."""
    return {text for text in _words(tree(html), language) if text}


def _words(part: Any, language: str) -> Iterator[str]:
    if not isinstance(part.tag, str) or part.tag in UNSEEN or part.get("lang", language) != language:
        return
    yield _plain(part.text)
    for name in SPOKEN:
        yield _plain(part.get(name))
    if part.tag == "input" and part.get("type") in ("submit", "button"):
        yield _plain(part.get("value"))
    for child in part:
        yield from _words(child, language)
        yield _plain(child.tail)


def _plain(text: str | None) -> str:
    return _BLANK.sub(" ", text or "").strip()


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a form: what kind it is, what stands in it, and what else can be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """A form as it stands on a page."""

    action: str
    boxes: tuple[Box, ...]

    def filled(self, text: str | None) -> dict[str, Any]:
        """What is sent with this text in every field to type in, and the first choice everywhere else.

        With None nothing is typed and nothing is chosen; only what the page itself sends along is there.
        """
        sent: dict[str, Any] = {}
        for box in self.boxes:
            if box.kind == "hidden" or box.kind == "submit":
                sent[box.name] = box.value
            elif box.kind == "typed":
                sent[box.name] = text or ""
            elif box.choices and text is not None and box.name not in sent:
                sent[box.name] = next((choice for choice in box.choices if choice), "")
        return sent


def blanks(html: str) -> Iterator[Blank]:
    """The forms in the main part of a page that send something to be kept."""
    for form in tree(html).xpath("//main//form[translate(@method, 'POST', 'post') = 'post']"):
        parts = form.xpath(".//input | .//textarea | .//select | .//button[@name]")
        named = [(part, part.get("name")) for part in parts if part.get("name")]
        boxes = [_box(form, part, name) for part, name in named if name != "csrfmiddlewaretoken"]
        yield Blank(form.get("action") or "", tuple(boxes))


def _box(form: Any, part: Any, name: str) -> Box:
    kind = part.get("type", "text")
    if part.tag == "select":
        return Box(name, "chosen", choices=tuple(option.get("value", "") for option in part.xpath(".//option")))
    if part.tag == "button":
        return Box(name, "submit", part.get("value", ""))
    if kind in ("radio", "checkbox"):
        beside = form.xpath(".//input[@name=$name]", name=name)
        return Box(name, "chosen", choices=tuple(each.get("value", "on") for each in beside))
    if kind == "file":
        return Box(name, "file")
    return Box(name, "hidden" if kind == "hidden" else "typed", part.get("value") or part.text or "")


def shown_in(html: str) -> dict[str, list[str]]:
    """What stands in the fields of a page, by their names."""
    found: dict[str, list[str]] = {}
    for part in tree(html).xpath("//main//form//input[@name] | //main//form//textarea[@name]"):
        value = part.text if part.tag == "textarea" else part.get("value")
        found.setdefault(part.get("name"), []).append(value or "")
    return found


@dataclass
class Typed:
    """What people typed into a database: it is the same in every language."""

    texts: set[str] = field(default_factory=set)

    def read(self, database: str) -> None:
        """Collect every text that may have been typed."""
        with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=database) as admin:
            columns = admin.execute(
                "SELECT table_schema, table_name, column_name FROM information_schema.columns"
                " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
                " AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
            ).fetchall()
            for schema, table, column in columns:
                query = sql.SQL("SELECT DISTINCT {0}::text FROM {1}.{2} WHERE {0}::text ~ %s").format(
                    *map(sql.Identifier, (column, schema, table))
                )
                for (text,) in admin.execute(query, [TYPED.pattern]).fetchall():
                    self.texts |= {_plain(part) for part in _parts(text) if TYPED.search(part)}

    def without(self, text: str) -> str:
        """A text without what people typed."""
        if text in self.texts:
            return ""
        for known in sorted((known for known in self.texts if len(known) > 2 and known in text), key=len, reverse=True):
            text = text.replace(known, " ")
        return _plain(text)


def _parts(text: str) -> Iterator[str]:
    yield text
    yield from text.splitlines()
    if text[:1] in "[{":
        yield from re.findall(r'"((?:[^"\\]|\\.)*)"', text)
