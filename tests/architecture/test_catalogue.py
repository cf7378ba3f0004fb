"""Every text is in the catalogue, translated, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(settings.ROOT)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}|</?\w+")


def entries(language: str):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


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
