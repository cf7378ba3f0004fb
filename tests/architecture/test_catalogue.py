"""Every text is in the catalogue, translated, with the same placeholders."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.ROOT)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")


def entries(language: str):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def texts_of_the_code():
    """Every text that Python and templates hand to translation, as the first of its forms."""
    keywords = {**DEFAULT_KEYWORDS, **dict.fromkeys(("gettext_lazy", "gettext_noop")), "ngettext_lazy": (1, 2)}
    keywords |= {"pgettext_lazy": ((1, "c"), 2), "npgettext_lazy": ((1, "c"), 2, 3)}
    sources = [
        (path, path.read_text(encoding="utf-8"))
        for room in ("platform", "tenants", "governance", "api")
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts
    ]
    for path in (ROOT / "templates").rglob("*.*"):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        sources.append((path, "\n".join(line.strip() for line in code.splitlines())))
    for path, code in sources:
        for _line, message, _comments, _context in extract("python", io.BytesIO(code.encode()), keywords):
            yield path.name, message[0] if isinstance(message, tuple) else message


def test_every_text_of_the_code_is_in_the_catalogue():
    known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in entries("fr")}
    found = list(texts_of_the_code())
    assert len(found) > 1000
    assert [(name, text) for name, text in found if text not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_empty_or_fuzzy(language):
    found = entries(language)
    assert len(found) > 1000
    texts = {str(m.id): (m.string if isinstance(m.string, tuple) else (m.string,)) for m in found}
    assert [text for text, said in texts.items() if not all(said)] == []
    assert [str(m.id) for m in found if m.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_every_placeholder(language):
    def marks(text: str) -> list[str]:
        return sorted(set(_PLACEHOLDER.findall(text)))

    wrong = []
    for message in entries(language):
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        # A singular may say "one" where the plural counts.
        allowed = set(marks(asked[-1]))
        if any(not set(marks(text)) <= allowed for text in said) or marks(said[-1]) != marks(asked[-1]):
            wrong.append(message.id)
    assert wrong == []
