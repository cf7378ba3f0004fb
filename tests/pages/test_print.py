"""Printed pages: what is read stays, what is pressed goes, and nothing is cut off."""

from __future__ import annotations

import pytest

PAGES = {
    "a report": "story /report/sponsor/",
    "a board pack": "story /boards/packs/sponsor/…/",
    "a pair": "story /pairs/…/",
}
PRESSED = (
    "button, input, select, textarea, nav:not(.contents), .nhsuk-skip-link, .demo-banner, [data-print],"
    " .masthead__account"
)
ON_PAPER = """pressed => {
  const seen = part => part.checkVisibility() && part.getBoundingClientRect().height > 0;
  const room = document.documentElement.clientWidth;
  return {
    pressed: [...document.querySelectorAll(pressed)].filter(seen).map(part => part.outerHTML.slice(0, 120)),
    wide: [...document.querySelectorAll("main *")].filter(part => seen(part)
      && part.getBoundingClientRect().right > room + 1).map(part => part.outerHTML.slice(0, 120)),
    heading: seen(document.querySelector("h1")),
    closed: [...document.querySelectorAll("details > :not(summary)")].filter(part => !seen(part)).length,
    addresses: [...document.querySelectorAll("main a[href^=http]")].filter(seen)
      .filter(link => !getComputedStyle(link, "::after").content.includes(link.getAttribute("href"))).length,
  };
}"""
A4 = 718
"""The width of a sheet of paper between its margins, in pixels."""


@pytest.mark.parametrize("wanted", PAGES)
def test_a_printed_page_is_for_reading(frame, story_pages, wanted):
    frame.show(next(sheet for sheet in story_pages["en"] if sheet.route == PAGES[wanted]), A4, 1000)
    frame.page.emulate_media(media="print")
    paper = frame.page.evaluate(ON_PAPER, PRESSED)
    assert paper == {"pressed": [], "wide": [], "heading": True, "closed": 0, "addresses": 0}
    frame.picture(f"printed-{wanted.replace(' ', '-')}")
    assert frame.page.pdf(format="A4").startswith(b"%PDF")
