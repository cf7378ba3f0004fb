"""What a page must be for everybody: on a phone and on a desk, magnified, with and without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.journeys.screens import NOT_OURS, barriers, sideways, small_targets
from tests.pages.frames import PICTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from tests.pages.frames import Frame
    from tests.pages.gallery import Sheet

SIZES = ((375, 800), (1280, 800))
STORY = "story "
MAGNIFIED = (320, 256)
"""What is left of 1280 × 1024 at 400 %."""
HAT = re.compile(r"/(sponsor|board|board-secretary|rollout)/(?=<|…|$|new/)")
_TAG = re.compile(r"<([a-z][a-z0-9]*)([^>]*)>")
_TOLD = re.compile(r'\b(?:class|type|role)="([^"]*)"')

SCRIPTS_CHANGED = """html => {
  const served = new DOMParser().parseFromString(html, "text/html").body, here = document.body.cloneNode(true);
  served.normalize(), here.normalize();
  return !served.isEqualNode(here);
}"""
CUT_OFF = """notOurs => {
  const size = part => [part.scrollWidth - part.clientWidth, part.scrollHeight - part.clientHeight];
  const hidden = style => style.clip !== "auto" || style.clipPath !== "none";
  const wide = ["TABLE", "PRE", "svg"];
  const found = [];
  for (const part of document.querySelectorAll("body *")) {
    if (part.closest("svg") || part.closest(notOurs) || !part.checkVisibility()) continue;
    const style = getComputedStyle(part), [across, down] = size(part);
    const cuts = how => ["hidden", "clip"].includes(how), scrolls = how => ["auto", "scroll"].includes(how);
    if (hidden(style)) continue;
    if ((cuts(style.overflowX) && across > 1) || (cuts(style.overflowY) && down > 1)) found.push(["cut off", part]);
    const holdsWide = () => part.querySelector("table, pre, svg") || wide.includes(part.tagName);
    if (scrolls(style.overflowX) && across > 1 && part.tagName !== "TEXTAREA" && !holdsWide())
      found.push(["scrolls in two directions", part]);
    if (["fixed", "sticky"].includes(style.position) && part.getBoundingClientRect().height > innerHeight / 4)
      found.push(["stands in the way", part]);
  }
  return found.map(([what, part]) => `${what}: ${part.outerHTML.slice(0, 160)}`);
}"""

TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(part => part.checkVisibility() && !part.closest("table, svg, #drawn, .nhsuk-u-visually-hidden"))
  .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter(part => !part.querySelector("table")).map(part => part.outerHTML.slice(0, 160))"""


def built_of(html: str) -> set[str]:
    """Of what kinds of parts a page is built."""
    return {f"{name}|{'|'.join(_TOLD.findall(rest))}" for name, rest in _TAG.findall(html)}


@dataclass
class Examiner:
    """Examines the page of every address once in each language, and again where it is built of anything new.

    The story repeats what the house shows: of its pages those are examined that hold a part that no page had yet.
    """

    frame: Frame
    bare: Frame
    known: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    examined: int = 0
    changed_by_scripts: int = 0

    def look(self, sheet: Sheet) -> list[str]:
        """What keeps somebody out of this page."""
        kind = "" if sheet.route.startswith(STORY) else HAT.sub("/hat/", sheet.route) + sheet.after
        known, anywhere = (self.known.setdefault((sheet.language, each), set()) for each in (kind, ""))
        if (built := built_of(sheet.html)) <= known:
            return []
        has_new_parts = not built <= anywhere
        known |= built
        anywhere |= built
        self.examined += 1
        page = self.frame.page
        self.frame.show(sheet, *SIZES[0])
        barriers_at = {"en": SIZES if has_new_parts else SIZES[:1]}.get(sheet.language, ())
        troubles = at_every_size(page, sheet.language, barriers_at)
        if (spoken := page.locator("html").get_attribute("lang")) != sheet.language:
            troubles.append(f"is in {spoken}")
        self._keep_pictures(sheet)
        page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        if page.evaluate(SCRIPTS_CHANGED, sheet.html):
            self.changed_by_scripts += 1
            self.bare.show(sheet, *SIZES[0])
            bare = at_every_size(self.bare.page, sheet.language, barriers_at)
            troubles += [f"without scripts: {trouble}" for trouble in bare]
        return [f"{sheet}: {trouble}" for trouble in troubles]

    def _keep_pictures(self, sheet: Sheet) -> None:
        if not PICTURES:
            return
        name = re.sub(r"[^a-z0-9]+", "-", f"{sheet.route}-{sheet.after}-{sheet.who}-{sheet.language}".lower()).strip(
            "-"
        )
        for width, height in SIZES if sheet.language == "en" else SIZES[:1]:
            self.frame.page.set_viewport_size({"width": width, "height": height})
            self.frame.picture(f"{name}-{width}")


def at_every_size(page: Page, language: str = "en", barriers_at: Sequence[tuple[int, int]] = SIZES) -> list[str]:
    """At both widths, magnified four times, and with text of twice its size.

    Another language has the same parts in the same colours, so barriers are looked for in one; on a desk, where a
    page holds a part that no page had yet. What longer words push aside is pushed aside first where there is least
    room: there they are looked at, on the telephone and magnified.
    """
    troubles = []
    for width, height in SIZES if language == "en" else SIZES[:1]:
        page.set_viewport_size({"width": width, "height": height})
        troubles += barriers(page) if (width, height) in barriers_at else []
        troubles += [*sideways(page), *small_targets(page), *page.evaluate(CUT_OFF, NOT_OURS)]
    page.set_viewport_size({"width": SIZES[1][0], "height": SIZES[1][1]})
    troubles += _with_large_text(page)
    page.set_viewport_size({"width": MAGNIFIED[0], "height": MAGNIFIED[1]})
    return troubles + [f"magnified: {trouble}" for trouble in (*sideways(page), *page.evaluate(CUT_OFF, NOT_OURS))]


def _with_large_text(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    # A table of data may be wider than the screen then: its rows would lose their sense otherwise.
    troubles = [*page.evaluate(TOO_WIDE), *page.evaluate(CUT_OFF, NOT_OURS)]
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    return [f"with large text: {trouble}" for trouble in troubles]
