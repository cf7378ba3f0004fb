"""Every page that somebody can reach, as every role, in both languages, on a phone and on a desk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from rollout.demo import programme
from rollout.demo.plot import STORY_DAYS
from rollout.demo.stage import Stage
from rollout.demo.story import Story
from tenants.members.models import Role
from tests.journeys.screens import barriers, sideways, small_targets

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.screens import Visitor

WIDTHS = (375, 1280)
HAT = re.compile(r"/(sponsor|board|board-secretary|rollout)/(?=…|$|new/)")
IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40}")
NOT_PAGES = re.compile(r"/(static|api|pdf|template\.|sign-out|enter|demo|help|worried|privacy|terms|accessibility)")
EACH_KIND = 2
"""How many pages of one kind are opened; those that are built like an earlier one are not examined again."""
BUILD = """() => {
  const names = part => ["class", "type", "role"].map(name => part.getAttribute(name));
  const outline = [...document.querySelectorAll("h1, h2, h3, h4")].map(heading => heading.tagName).join("");
  const parts = [...document.querySelectorAll("body *")].map(part => [part.tagName, ...names(part)].join("|"));
  return [outline.replace(/(.+?)\\1+/g, "$1"), ...parts];
}"""
_examined: dict[tuple[str, str], set[str]] = {}


@pytest.fixture(scope="session")
def story(service):
    """The demo's whole story, in the database of the journeys."""
    with service.jobs_resting(), service.reached():
        Story(Stage(opening=timezone.now() - timedelta(days=STORY_DAYS))).tell()
        return programme.facts()


@dataclass(slots=True)
class Walk:
    """Follows links from page to page on one host, and examines each kind of page."""

    visitor: Visitor
    language: str
    seen: set[str] = field(default_factory=set)
    kinds: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.visitor.page

    def from_(self, start: str) -> None:
        """Look at `start` and all that is linked from there."""
        waiting = [start]
        host = urlsplit(start).netloc
        while waiting:
            address = waiting.pop(0)
            where = urlsplit(address)
            path = where.path + (f"?{where.query}" if where.query else "")
            kind = IDENTITY.sub("…", path)
            is_further = path not in self.seen and self.kinds.get(kind, 0) < EACH_KIND
            if where.netloc != host or not is_further or NOT_PAGES.search(where.path):
                continue
            self.seen.add(path)
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            answer = self.page.goto(address)
            if answer is None or answer.status >= 400:
                self.troubles.append(f"{address} answers {answer and answer.status}")
                continue
            self.look(kind)
            links = self.page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
            waiting += [link.split("#")[0] for link in links]

    def look(self, kind: str) -> None:
        """At both widths, without loading the page again; not where it is built like one that was examined."""
        if (spoken := self.page.locator("html").get_attribute("lang")) != self.language:
            self.troubles.append(f"{self.page.url} is in {spoken}")
        build = set(self.page.evaluate(BUILD))
        known = _examined.setdefault((self.language, HAT.sub("/hat/", kind)), set())
        if build <= known:
            return
        known |= build
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.troubles += [*barriers(self.page), *sideways(self.page), *small_targets(self.page)]
            self.visitor.picture(f"{kind.strip('/').replace('/', '-')}-{self.language}-{width}")


def somebody_as(story, role):
    """The first person of the story in this role, and the organisation."""
    return next(
        (person, organisation)
        for organisation in story["organisations"]
        for person in organisation["people"]
        if role in person["roles"]
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", Role.values)
def test_every_page_of_every_role_is_for_everybody(visit, story, role, language):
    person, _organisation = somebody_as(story, role)
    visitor = visit()
    page = visitor.page
    page.goto(person["sign_in_url"])
    if page.locator("html").get_attribute("lang") != language:
        visitor.press("Français" if language == "fr" else "English")
    walk = Walk(visitor, language)
    walk.from_(page.url)
    assert len(walk.seen) > 2
    assert walk.troubles == []
