"""Letters: in the reader's language, recognisable when sent twice, and safe against what people type."""

from __future__ import annotations

import copy
import logging

import pytest
from django.core import mail as sent
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from rollout.accounts import outbox
from rollout.kernel import mail

TEXT = """{% load i18n %}{% get_current_language as now %}{{ now }}: {{ name }} {% translate "Sign in" %}"""
PAGE = """{% extends "layouts/email.html" %}{% block content %}<p>{{ name }}</p>{% endblock content %}"""
FRAMED = """{% extends "layouts/email.txt" %}{% block content %}{{ name }}{% endblock content %}"""
NAME = "Anne & Zoë <b>O’Hara</b>"


@pytest.fixture(autouse=True)
def letters(settings, tmp_path):
    """A letter of a made-up app."""
    folder = tmp_path / "templates" / "practice" / "mail"
    folder.mkdir(parents=True)
    (folder / "hello.txt").write_text(TEXT)
    (folder / "hello.html").write_text(PAGE)
    (folder / "with_frame.txt").write_text(
        '{% extends "layouts/email.txt" %}{% block content %}{{ name }}{% endblock %}'
    )
    (folder / "with_frame.html").write_text(PAGE)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(tmp_path / "templates")
    settings.TEMPLATES = templates
    settings.OUTBOX_DIR = tmp_path / "outbox"


def send(**more):
    mail.send(
        **{
            "template": "practice/hello",
            "context": {"name": NAME},
            "to": "anne@example.org",
            "language": "en",
            "message_id": "b7e6",
            "subject": "Hello",
            **more,
        }
    )


def test_a_letter_is_text_and_page(settings):
    send()
    (letter,) = sent.outbox

    assert letter.to == ["anne@example.org"]
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert letter.body == f"en: {NAME} Sign in\n"
    page, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "Anne &amp; Zoë &lt;b&gt;O’Hara&lt;/b&gt;" in page
    assert "<b>" not in page
    assert letter.message()["Auto-Submitted"] == "auto-generated"


def test_it_is_written_in_the_language_of_its_reader():
    send(language="fr", subject=gettext_lazy("Sign in"))
    (letter,) = sent.outbox

    assert letter.body.startswith("fr: ")
    assert '<html lang="fr">' in letter.alternatives[0][0]
    assert letter.message()["Content-Language"] == "fr"


def test_sent_twice_it_is_the_same_letter():
    send()
    send()

    assert [letter.message()["Message-ID"] for letter in sent.outbox] == ["<b7e6@example.org>"] * 2


def test_a_text_frame_says_who_writes_and_where_to_go():
    send(
        template="practice/with_frame",
        context={
            "name": NAME,
            "organisation": {"name": "Northmoor & Sons"},
            "action_url": "https://north.localhost/?a=1&b=2",
            "action_label": "Sign in",
        },
    )
    (letter,) = sent.outbox

    assert letter.body.startswith(NAME)
    assert "https://north.localhost/?a=1&b=2" in letter.body
    assert "Northmoor & Sons · Collaborative Pairs" in letter.body


def test_a_line_break_never_becomes_a_header():
    send(subject="Hello\r\nBcc: everybody@example.org\n")
    assert sent.outbox[0].subject == "Hello Bcc: everybody@example.org"
    assert sent.outbox[0].message()["Bcc"] is None

    for address in ("a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "Anne <a@example.org>", ""):
        with pytest.raises(ValidationError):
            send(to=address)
    for number in ("b7e6>\r\nBcc: b@example.org", "", "a b", "<b7e6>"):
        with pytest.raises(ValueError, match="message id"):
            send(message_id=number)
    for template in ("../secrets", "practice/hello.html", "hello"):
        with pytest.raises(ValueError, match="app/name"):
            send(template=template)
    assert len(sent.outbox) == 1


def test_nothing_about_it_is_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        send()
    assert "example.org" not in caplog.text
    assert "Anne" not in caplog.text


def test_full_addresses_of_pages(settings):
    assert mail.public_url("north.example.org", "/pairs/") == "https://north.example.org/pairs/"
    settings.PUBLIC_SCHEME, settings.PUBLIC_PORT = "http", "8123"
    assert mail.public_url("north.localhost", "/pairs/?a=1") == "http://north.localhost:8123/pairs/?a=1"
    for path in ("pairs/", "//elsewhere.example.org/", ""):
        with pytest.raises(ValueError, match="slash"):
            mail.public_url("north.localhost", path)


def test_the_demo_keeps_letters_as_files_the_latest_first(settings):
    settings.EMAIL_BACKEND = "rollout.accounts.outbox.Outbox"
    assert outbox.messages() == []
    for number in range(3):
        send(message_id=f"m{number}", language="fr")
    latest = outbox.messages(limit=2)

    assert [letter.message_id for letter in latest] == ["<m2@example.org>", "<m1@example.org>"]
    assert latest[0] == outbox.message(latest[0].id)
    assert latest[0].to == ["anne@example.org"]
    assert latest[0].language == "fr"
    assert NAME in latest[0].text
    assert "&lt;b&gt;" in latest[0].html
    assert outbox.message("../../etc/passwd") is None
    assert {path.suffix for path in settings.OUTBOX_DIR.iterdir()} == {".json"}
    assert {path.stat().st_mode & 0o777 for path in settings.OUTBOX_DIR.iterdir()} == {0o600}


def test_the_outbox_takes_letters_of_other_senders_too(settings):
    settings.EMAIL_BACKEND = "rollout.accounts.outbox.Outbox"
    sent.send_mail("Your code", "123456", "from@example.org", ["to@example.org"])
    (letter,) = outbox.messages()

    assert (letter.subject, letter.text, letter.html, letter.message_id) == ("Your code", "123456", "", "")
