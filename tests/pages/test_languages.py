"""Whoever reads French reads no English: every text of every page of every role, in both languages, side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.pages.gallery import is_html
from tests.pages.reading import words_of

EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
A_WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = re.compile(
    r"\S+@\S+|https?://\S+|(?<!\w)/\S+|\b\S+\.(?:csv|xlsx|pdf|localhost)\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b"
    r"|^\{ \"code\": .*"  # a definition as it is typed
    r"|^curl --header .*|\b[a-z]+\.[a-z_]{3,}\b"  # requests as they are typed, and names of kinds of work and of events
)
THE_SAME = {
    "API", "Action", "Code", "Cookies", "Date", "Invitation", "Invitations", "Patient", "Programmes", "Signatures",
    "Version", "Influence", "Instrument", "Instruments", "Licence", "Messages", "Options", "Plan", "Question",
    "Questions", "Page",
    "Licensed with the product", "en, fr",  # what a definition says of itself
    "capability", "check_in", "check_in_short", "dialogue", "power_map", "voice",
    "We listened more this month. I still speak first.", "together",  # typed, and sealed
    "Collaborative Pairs board pack: Board of directors", "Collaborative Pairs board pack",  # a paper has its language
    "python manage.py organisation requests",
    "calls", "days", "minutes", "localhost", "north", "south", "Hello", "Text",  # typed by somebody in the house
    "ABCD-EFGH",  # the number of an account
}  # fmt: skip
"""Texts that are right in both languages. Names, numbers, addresses and most of what people typed need no entry."""


def side_by_side(sheets):
    """For each page that exists in both languages: what it says in each of them."""
    said = {
        language: {
            (sheet.host, sheet.route, sheet.address, sheet.who, sheet.after): words_of(sheet.html, language)
            for sheet in each
            if is_html(sheet)
        }
        for language, each in sheets.items()
    }
    for key in said["en"].keys() & said["fr"].keys():
        yield key, said["en"][key], said["fr"][key]


def left_in_english(sheets, typed):
    """Texts that are the same in both languages though they say something, each with a page where it stands."""
    found = {}
    for key, english, french in side_by_side(sheets):
        for text in english & french:
            found.setdefault(text, key[1])
    return {
        text: route
        for text, route in found.items()
        if text not in THE_SAME
        and A_WORD.search(rest := EDGES.sub("", NO_WORDS.sub(" ", typed.without(text))))
        and rest not in THE_SAME
    }


def test_no_text_is_left_in_english(house_pages, story_pages, typed):
    for sheets in (house_pages, story_pages):
        assert sum(1 for _ in side_by_side(sheets)) > 100
        assert left_in_english(sheets, typed) == {}


def test_a_text_that_is_left_is_found(house_pages, typed):
    forgotten = {
        language: [sheet for sheet in each if sheet.route == "organisation /help/"]
        for language, each in house_pages.items()
    }
    assert left_in_english(forgotten, typed) == {}
    spoilt = {
        language: [replace(sheet, html=sheet.html.replace("</h1>", " </h1><p>Ask us</p>")) for sheet in each]
        for language, each in forgotten.items()
    }
    assert left_in_english(spoilt, typed) == {"Ask us": "organisation /help/"}


def test_the_first_of_a_month_is_written_as_the_french_write_it(house_pages, story_pages):
    wrong = re.compile(
        r"(?<!\d)1 (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
    )
    pages = [*house_pages["fr"], *story_pages["fr"]]
    assert [(sheet.route, found[0]) for sheet in pages if (found := wrong.search(sheet.html))] == []
