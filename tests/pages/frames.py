"""A browser window in which pages are looked at without a service behind them."""

from __future__ import annotations

import mimetypes
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from tests.journeys.screens import Window
from tests.pages.gallery import is_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.pages.gallery import Sheet

PICTURES = os.environ.get("SCREENS", "")
"""A folder for pictures that people look at; nothing is compared with them."""


SPOKEN_STATUS = re.compile(r"^5\d\d at |status of 5\d\d|ERR_BLOCKED_BY_CLIENT")


@dataclass
class Frame:
    """Shows pages, their style and their scripts from the files of the service; anything else is a fault."""

    page: Page
    window: Window
    files: dict[str, Sheet]
    has_scripts: bool = True
    shown: Sheet | None = None

    @property
    def troubles(self) -> list[str]:
        """What the browser complained about. Not that a page which says that something is broken does so by its
        status, nor that it got no scripts where none are given."""
        return [trouble for trouble in self.window.troubles if not SPOKEN_STATUS.search(trouble)]

    def show(self, sheet: Sheet, width: int = 1280, height: int = 800) -> None:
        """Open a page at this size."""
        self.shown = sheet
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"http://{sheet.host}{sheet.address}")
        if 'id="drawn"' in sheet.html:  # a script takes what was served away before it draws
            self.page.wait_for_selector("main", state="attached")

    def picture(self, name: str) -> None:
        """Keep a picture where the environment names a folder for them."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)

    def answer(self, route: Route) -> None:
        """What the browser asks for."""
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request() and self.shown is not None:
            route.fulfill(status=self.shown.status, headers=self.shown.headers, body=self.shown.html)
        elif path.endswith(".js") and not self.has_scripts:
            route.abort("blockedbyclient")
        elif path.startswith("/static/") and (found := _static_file(path)):
            route.fulfill(body=found, content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
        elif path in self.files:
            route.fulfill(headers=self.files[path].headers, body=self.files[path].html)
        else:
            self.window.troubles.append(f"{self.shown} asks for {route.request.url}")
            route.abort()


@cache
def _static_file(path: str) -> bytes | None:
    found = finders.find(path.removeprefix("/static/"))
    return Path(str(found)).read_bytes() if found else None


@contextmanager
def framed(browser: Browser, sheets: dict[str, list[Sheet]], *, scripts: bool = True) -> Iterator[Frame]:
    """A window until the end of the block. Without scripts means ours: what examines a page brings its own."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    files = {sheet.address: sheet for each in sheets.values() for sheet in each if not is_html(sheet)}
    made = Frame(context.new_page(), Window(context), files, scripts)
    context.route("**/*", made.answer)
    try:
        yield made
    finally:
        context.close()
