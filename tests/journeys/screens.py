"""What a person does at the screen, and what a screen must be for everybody."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from rollout.kernel.tokens import token_for

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

    from rollout.organisations.models import Organisation
    from tests.journeys.service import Service

AXE = Path(settings.ROOT, "theme/node_modules/axe-core/axe.min.js")
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "incomplete"],
    "preload": False,  # every style sheet is our own and already there
}
SCREENS = os.environ.get("SCREENS", "")
"""A folder for pictures that people look at; nothing is compared with them."""
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
LINK = re.compile(r"https?://\S+")
NOT_OURS = "#drawn > :not(main)"
"""What a program of others draws on the page of the API. The page has the same as a file, and says so first."""
SPOKEN_REFUSAL = re.compile(r"status of 4\d\d")
"""A page that says no with its own status is heard in the console too; that is not an error."""


@dataclass
class Window:
    """Listens to what a person does not see: errors, and requests to anywhere but us."""

    context: BrowserContext
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not SPOKEN_REFUSAL.search(message.text):
            self.troubles.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if host and host != "localhost" and not host.endswith(".localhost"):
            self.troubles.append(f"a request left the service: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} at {response.url}")


@dataclass(slots=True)
class Visitor:
    """Somebody at a screen."""

    service: Service
    page: Page
    has_scripts: bool = True
    has_mouse: bool = True
    """Without one, everything is reached with the Tab key, and the focus has to be seen on the way."""

    def go(self, path: str, organisation: Organisation | None = None) -> None:
        """Open an address."""
        self.page.goto(self.service.url(path, organisation))

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of this name, and wait for what it leads to."""
        self.use(self.page.get_by_role("button", name=name))

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the link of this name."""
        self.use(self.page.get_by_role("link", name=name).first)

    def use(self, target: Locator) -> None:
        """Press or follow this, and wait for what it leads to."""
        if not self.has_mouse:
            reach(self.page, target)
        with self.page.expect_navigation():
            if self.has_mouse:
                target.click()
            else:
                self.page.keyboard.press("Enter")

    def type(self, **fields: str) -> None:
        """Type into fields that are told by their names."""
        for name, text in fields.items():
            field = self.page.locator(f"[name='{name}']")
            if self.has_mouse:
                field.fill(text)
            else:
                reach(self.page, field)
                self.page.keyboard.press("Control+a")
                self.page.keyboard.insert_text(text)

    def choose(self, label: str | re.Pattern[str]) -> None:
        """Choose a radio button or tick a box by its label."""
        self.tick(self.page.get_by_label(label, exact=True))

    def tick(self, box: Locator) -> None:
        """Choose a radio button or tick a box."""
        if self.has_mouse:
            box.check()
            return
        reach(self.page, box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def pick(self, label: str, answer: str) -> None:
        """Choose one answer of a list."""
        choices = self.page.get_by_label(label)
        if self.has_mouse:
            choices.select_option(label=answer)
            return
        reach(self.page, choices)
        self.page.keyboard.type(answer)
        assert choices.locator("option:checked").inner_text() == answer

    def reads(self, text: str | re.Pattern[str]) -> bool:
        """Whether the page says this."""
        said = self.page.locator("body").inner_text()
        return bool(re.search(text, said)) if isinstance(text, re.Pattern) else text in said

    def sign_in(self, email: str, way_on: str = "/", organisation: Organisation | None = None) -> None:
        """Sign in through the real pages, with the code from the letter."""
        self.go(way_on, organisation)
        if not self.page.locator("[name=email]").count():
            self.go("/sign-in/")
        self.finish_sign_in(email)

    def finish_sign_in(self, email: str) -> None:
        """From the sign-in page on: the address, then the code from the letter."""
        codes_before = len(self.service.letters(email))
        self.type(email=email)
        self.press(re.compile("code", re.IGNORECASE))
        code = CODE.search(self.service.next_letter(email, codes_before).text)
        assert code is not None
        self.type(code=code[0])
        self.press(re.compile("sign in|continue", re.IGNORECASE))

    def step_in(self, account: UUID, organisation: Organisation, way_on: str = "/") -> None:
        """The demo's one-click way in, where the signing in itself is not what is tried."""
        self.go(f"/demo/sign-in/{token_for('demo', account)}/?organisation={organisation.slug}&next={way_on}")

    def keeps_nobody_out(self) -> None:
        """Axe finds nothing, nothing scrolls sideways, targets are large enough. Axe itself needs scripts."""
        found = barriers(self.page) if self.has_scripts else []
        assert [*found, *sideways(self.page), *small_targets(self.page)] == []

    def picture(self, name: str) -> None:
        """Keep a picture where the environment names a folder for them."""
        if SCREENS:
            self.page.screenshot(path=Path(SCREENS, f"{name}.png"), full_page=True)


@cache
def _axe() -> str:
    if not AXE.exists():
        raise AssertionError("axe-core is not installed; make theme brings it")
    return AXE.read_text()


def barriers(page: Page) -> list[str]:
    """What keeps people out of this page, as axe-core sees it; what it cannot decide is printed."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "([notOurs, options]) => axe.run({include: [['html']], exclude: [[notOurs]]}, options)", [NOT_OURS, OPTIONS]
    )
    for undecided in found["incomplete"]:
        where = f"{page.url} at {_width(page)} px"
        print(f"axe cannot decide on {where}: {undecided['id']}, {len(undecided['nodes'])} times")  # noqa: T201
    return [f"{page.url} at {_width(page)} px: {_said(violation)}" for violation in found["violations"]]


def _said(finding: dict[str, Any]) -> str:
    nodes = "; ".join(f"{' '.join(map(str, node['target']))} {node['html'][:120]}" for node in finding["nodes"][:3])
    return f"{finding['id']} ({finding['help']}): {nodes}"


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    return [
        f"{page.url} at {_width(page)} px: {widest}"
        for widest in page.evaluate(
            """() => {
              const room = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= room) return [];
              const cut = part => ["auto", "scroll", "hidden"].includes(getComputedStyle(part).overflowX);
              const scrolls = part => part && part !== document.body && (cut(part) || scrolls(part.parentElement));
              const wide = [...document.body.querySelectorAll("*")].filter(
                part => part.getBoundingClientRect().right > room + 1 && !scrolls(part.parentElement));
              return [(wide.at(-1) || document.body).outerHTML.slice(0, 160)];
            }"""
        )
    ]


def small_targets(page: Page) -> list[str]:
    """Buttons and fields under 24 pixels, which a shaking hand misses. Links inside a sentence may be small."""
    return [
        f"{page.url} at {_width(page)} px: {part}"
        for part in page.evaluate(
            """notOurs => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary")]
              .filter(part => part.checkVisibility({opacityProperty: true, visibilityProperty: true}))
              .filter(part => !part.closest(notOurs))
              .filter(part => { const box = part.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
              .map(part => part.outerHTML.slice(0, 160))""",
            NOT_OURS,
        )
    ]


_LOOKS = """
  const parts = [...document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")];
  const look = (node, pseudo) => {
    const style = getComputedStyle(node, pseudo);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.backgroundColor,
            style.borderColor, style.borderWidth, style.color, style.clip, style.position].join("|");
  };
  const looks = part => look(part) + (part.labels && part.labels[0] ? look(part.labels[0], "::before") : "");
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the Tab key stops: the name of the thing, and whether one sees that the focus is there."""

    name: str
    visible: bool


def tab_through(page: Page, most: int = 150) -> list[Stop]:
    """Every stop of the Tab key from the top of the page to its end."""
    without_focus = page.evaluate(f"() => {{ {_LOOKS} document.activeElement.blur(); return parts.map(looks); }}")
    found: list[Stop] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            f"""without => {{
              {_LOOKS}
              const part = document.activeElement;
              if (!part || part === document.body) return null;
              const box = part.getBoundingClientRect();
              const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
              const name = part.getAttribute("aria-label") || (part.labels && part.labels[0] || part).innerText;
              return [(name || part.name || "").trim(), inView && without[parts.indexOf(part)] !== looks(part)];
            }}""",
            without_focus,
        )
        if stop is None:
            break
        found.append(Stop(*stop))
    return found


def reach(page: Page, target: Locator, most: int = 200) -> None:
    """Go to something with the keyboard alone: Tab, and arrows inside a group of radio buttons."""
    wanted = target.element_handle()
    page.evaluate(
        f"""() => {{
          if (window.atRest) return;
          {_LOOKS}
          const resting = parts.filter(part => part !== document.activeElement);
          window.atRest = new Map(resting.map(part => [part, looks(part)]));
        }}"""
    )
    for _ in range(most):
        place = page.evaluate(
            f"""wanted => {{
              {_LOOKS}
              const part = document.activeElement;
              const group = part.type === "radio" && wanted.type === "radio" && part.name === wanted.name;
              return {{
                there: part === wanted,
                group: group,
                unseen: window.atRest.has(part) && window.atRest.get(part) === looks(part),
                name: part.outerHTML.slice(0, 120),
              }};
            }}""",
            wanted,
        )
        assert not place["unseen"], f"nobody sees that the focus is on {place['name']}"
        if place["there"]:
            return
        page.keyboard.press("ArrowDown" if place["group"] else "Tab")
    raise AssertionError(f"the Tab key never reaches {target}")


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0
