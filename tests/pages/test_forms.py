"""Every form, sent empty and with hostile text: no failure, no stock sentence, nothing lost, and text stays text."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from tests.pages.gallery import LANGUAGES, arriving, is_html, readers, speak
from tests.pages.reading import Blank, Box, blanks, shown_in, tree
from tests.permissions.doors_open import DOORS
from tests.permissions.knocking import Answer, undone
from tests.permissions.routes import pages

STOCK = {
    "This field is required.", "This field cannot be blank.", "This field cannot be null.", "Enter a valid value.",
    "Enter a valid email address.", "Enter a number.", "Enter a whole number.", "Enter a valid date.",
    "Enter a list of values.", "Null characters are not allowed.", "Enter a valid URL.", "Enter a valid UUID.",
    "No file was submitted. Check the encoding type on the form.", "No file was submitted.",
    "The submitted file is empty.", "Select a valid choice. That choice is not one of the available choices.",
    "Enter a complete value.",
}  # fmt: skip
STOCK_PATTERNS = re.compile(
    r"Select a valid choice|Ensure this (?:value|filename)|has at (?:most|least) \d+ characters? \(it has"
    r"|Sélectionnez un choix valide|Choisissez un choix valide|Assurez-vous que cette valeur"
)
CANARY = "canarytext"
MARKUP = f'"><img src=x onerror={CANARY}()><script>{CANARY}()</script></textarea>{{{{ 7|add:7 }}}}{{% now %}}'
ODD = "\u202egnp.exe\u202c 👩🏽‍⚕️ Zͤ̃aͨ̓lͯgͫo" + "\u0301" * 40 + " ﷽ \u200b"
HOSTILE = {"markup": MARKUP, "odd signs": ODD, "nothing that ends": "\x00after", "no end": "long word " * 7000}
TITLE = {"en": "Error:", "fr": "Erreur"}
KEPT_BACK = re.compile(r"code|csrf|credential")
"""A code is typed anew: it is not shown again."""


def every_form(street, language):
    """Each form of each page, with how to get in front of it once more."""
    for route in pages():
        door = DOORS[str(route)]
        if "get" not in route.methods:
            continue
        for who in readers(street, route, door)[:1]:
            values = next(iter(street.objects(route, door)))[1]
            with undone():
                speak(language)
                arrived = arriving(street, route, who, "GET", language)
                answer = street.call(route, door, arrived, values, "GET")
            if is_html(answer):
                address = route.address(**values)
                for blank in dict.fromkeys(blanks(answer.body.decode())):
                    yield route, who, address, blank


def send(street, route, who, address, language, blank: Blank, text: str | None) -> Any:
    """Send a form as a browser would, and take back what it did."""
    cache.clear()
    with undone():
        speak(language)
        knocker, _things = arriving(street, route, who, "GET", language)
        sent = blank.filled(text)
        for box in blank.boxes:
            if box.kind == "file" and text is not None:
                sent[box.name] = SimpleUploadedFile(f"{MARKUP[:60]}.csv", text.encode(), content_type="text/csv")
        asked = {"QUERY_STRING": ""}
        answer = knocker("POST", blank.action or address, sent, **asked)
        after = None
        if answer.status == 302 and (target := answer.headers["Location"]).startswith("/"):
            after = knocker("GET", target)
        return sent, answer, after


def stock_sentences(language):
    """What Django would have said, in this language."""
    with translation.override(language):
        return {gettext(text) for text in STOCK}


def faults(sent, answer, language, blank):
    """What is wrong with the answer to a form."""
    if answer.status >= 500:
        yield f"{answer.status}: {answer.trouble[-600:]}"
    if not is_html(answer) or not answer.body:
        return
    html = answer.body.decode()
    if found := [text for text in stock_sentences(language) if text in html] or STOCK_PATTERNS.findall(html):
        yield f"a stock sentence: {found}"
    if re.search(rf"<script>{CANARY}|<img src=x", html) or tree(html).xpath(
        f"//*[@onerror] | //script[contains(., '{CANARY}')]"
    ):
        yield "what was typed became part of the page"
    if "{{" not in html and "7|add:7" in "".join(map(str, sent.values())) and "14{% now %}" in html:
        yield "what was typed was carried out"
    if 'class="nhsuk-error-summary"' in html:
        yield from faults_of_an_answer_that_says_no(sent, html, language, blank)


def faults_of_an_answer_that_says_no(sent, html, language, blank):
    page = tree(html)
    if not (page.xpath("string(//title)").strip()).startswith(TITLE[language]):
        yield f"the title is {page.xpath('string(//title)')!r}"
    targets = page.xpath("//*[contains(@class, 'nhsuk-error-summary')]//a/@href")
    ids = set(page.xpath("//@id"))
    if lost := [target for target in targets if target.removeprefix("#") not in ids]:
        yield f"the summary leads nowhere: {lost}"
    if not page.xpath("//*[contains(@class, 'nhsuk-error-summary')]//li"):
        yield "the summary is empty"
    shown = shown_in(html)
    for box in blank.boxes:
        typed = str(sent.get(box.name, ""))
        if box.kind != "typed" or not typed or KEPT_BACK.search(box.name) or box.name not in shown:
            continue
        if not any(_alike(typed, value) for value in shown[box.name]):
            yield f"what was typed into {box.name} is lost: {shown[box.name][0][:60]!r}"


def _alike(typed: str, shown: str) -> bool:
    """The same but for blanks at the ends and ends of lines."""
    return " ".join(typed.replace("\x00", "\ufffd").split()) == " ".join(shown.replace("\x00", "\ufffd").split())


@pytest.fixture(scope="module")
def forms(street):
    """Every form, by language."""
    logging.disable(logging.CRITICAL)
    return {language: list(every_form(street, language)) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_says_what_is_missing(street, forms, language):
    said_no, wrong = 0, []
    for route, who, address, blank in forms[language]:
        sent, answer, _after = send(street, route, who, address, language, blank, None)
        said_no += b'class="nhsuk-error-summary"' in answer.body
        wrong += [f"{route} {blank.action}: {fault}" for fault in faults(sent, answer, language, blank)]
    assert wrong == []
    assert len(forms[language]) > 90
    assert said_no > 30


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text(street, forms, name):
    language = "fr" if name == "no end" else "en"
    sent_forms, wrong = 0, []
    for route, who, address, blank in forms[language]:
        if not any(box.kind in ("typed", "file") for box in blank.boxes):
            continue
        sent_forms += 1
        sent, answer, after = send(street, route, who, address, language, blank, HOSTILE[name])
        wrong += [f"{route} {blank.action}: {fault}" for fault in faults(sent, answer, language, blank)]
        if after is not None:
            wrong += [f"{route}, after it: {fault}" for fault in faults({}, after, language, blank)]
    assert wrong == []
    assert sent_forms > 30


def test_what_a_form_must_not_say_is_found():
    blank = Blank("", (Box("title", "typed"),))
    sent = {"title": MARKUP}

    def answered(body, status=200):
        return list(faults(sent, Answer(status, body.encode(), {"Content-Type": "text/html"}), "en", blank))

    def page(title, inside):
        form = f"<form method=post>{inside}</form>"
        summary = '<div class="nhsuk-error-summary"><li><a href="#id_title"></a></li></div>'
        return f"<html><title>{title}</title><main>{summary}{form}"

    kept = f'<input name=title id=id_title value="{escape(MARKUP)}">'
    assert answered(page("Error: Title", kept)) == []
    assert answered("", status=500)
    assert answered(page("Title", kept)) == ["the title is 'Title'"]
    assert answered(page("Error: Title", kept.replace("id=id_title", ""))) == [
        "the summary leads nowhere: ['#id_title']"
    ]
    assert answered(page("Error: Title", "<input name=title id=id_title value=Else>"))
    assert answered(page("Error: Title", f"{kept}<p>This field is required.</p>"))
    assert answered(page("Error: Title", f"{kept}<p>{MARKUP}</p>")) == ["what was typed became part of the page"]
