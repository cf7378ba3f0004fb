"""Every page of the service is for everybody: on a phone and on a desk, with and without scripts, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import rooms
from tests.pages.bad_moments import BAD_MOMENTS
from tests.pages.examining import Examiner, at_every_size
from tests.pages.gallery import LANGUAGES, is_html
from tests.permissions.routes import pages

NO_PAGES = {
    "organisation /enter/start/": "leads on to the sign-in host",
    "organisation /enter/finish/": "leads on to where somebody wanted to go",
    "organisation /sign-in/": "leads on to the sign-in host",
    "organisation /sessions/": "leads on to the sign-in host",
    "organisation /language/": "leads back to the page before",
    "organisation /yours/": "leads on to the sign-in host",
    "organisation /demo/outbox/": "leads on to the sign-in host",
    "organisation /pairs/next/": "leads on to what waits",
    "organisation /brand.css": "a style sheet",
    "organisation /health/live": "one word for a machine",
    "organisation /health/ready": "one word for a machine",
    "organisation /rollout/roster/template.csv": "a file",
    "organisation /rollout/roster/template.xlsx": "a file",
    "organisation /boards/packs/<uuid:pk>/": "leads on to the pack in the reader's hat",
    "organisation /boards/packs/sponsor/<uuid:pk>/pdf/": "a file; its structure has tests of its own",
    "organisation /boards/packs/board/<uuid:pk>/pdf/": "a file; its structure has tests of its own",
    "organisation /boards/packs/board-secretary/<uuid:pk>/pdf/": "a file; its structure has tests of its own",
    "organisation /boards/packs/rollout/<uuid:pk>/pdf/": "a file; its structure has tests of its own",
    "organisation /rollout/data/<uuid:pk>/": "a file",
    "organisation /api/v1/schema/": "a file for programs",
    "sign-in /enter/": "leads on to the organisation's host",
    "sign-in /sign-in/with/<slug:slug>/": "leads on to an organisation's own sign-in service",
    "sign-in /sign-in/with/<slug:slug>/return/": "leads on to where somebody wanted to go",
    "sign-in /language/": "leads back to the page before",
    "sign-in /demo/sign-in/<str:token>/": "leads on, signed in",
    "sign-in /brand.css": "a style sheet",
    "sign-in /health/live": "one word for a machine",
    "sign-in /health/ready": "one word for a machine",
    **rooms.merged("NO_PAGES"),
}
"""Addresses that answer a GET with something other than a page, and with what."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_that_shows_a_page_is_looked_at(house_pages, language):
    seen = {sheet.route for sheet in house_pages[language] if is_html(sheet) and sheet.after == "GET"}
    open_to_get = {str(route) for route in pages() if "get" in route.methods}
    assert open_to_get - seen == set(NO_PAGES)
    moments = {sheet.route.partition(" error ")[2] for sheet in house_pages[language]}
    assert moments >= set(BAD_MOMENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody(frame, bare_frame, house_pages, story_pages, language):
    examiner = Examiner(frame, bare_frame)
    troubles = []
    for sheet in [*house_pages[language], *story_pages[language]]:
        if is_html(sheet):
            troubles += examiner.look(sheet)
    print(f"{examiner.examined} pages examined, {examiner.changed_by_scripts} of them changed by scripts")  # noqa: T201
    assert examiner.examined > 130
    assert examiner.changed_by_scripts > 0
    assert troubles == []


SPOILT = """() => {
  const add = (name, style) => {
    const part = document.createElement("div");
    [part.className, part.textContent] = [name, "Nobody reads all of this. ".repeat(9)];
    Object.assign(part.style, style);
    document.querySelector("main").append(part);
  };
  add("lid", {height: "20px", overflow: "hidden"});
  add("bar", {position: "fixed", bottom: 0, height: "90px"});
  add("wide", {width: "45rem"});
}"""


def test_what_keeps_people_out_is_found(frame, bare_frame, house_pages):
    sheet = next(sheet for sheet in house_pages["en"] if sheet.route == "sign-in /help/")
    frame.show(sheet)
    assert at_every_size(frame.page) == []
    frame.page.evaluate(SPOILT)
    found = at_every_size(frame.page)
    for fault in ("cut off: <div class=\"lid\"", "magnified: stands in the way: <div class=\"bar\"",
                  "with large text: <div class=\"wide\"", "at 320 px: <div class=\"wide\""):  # fmt: skip
        assert any(fault in trouble for trouble in found), fault
    assert any("is in en" in trouble for trouble in Examiner(frame, bare_frame).look(replace(sheet, language="fr")))
