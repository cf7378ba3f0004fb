"""One service, one browser; every test has its own windows, and none of them may report an error of ours."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.screens import Visitor, Window
from tests.journeys.service import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.journeys.service import Service

QUIET = [
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--no-first-run", "--no-pings", "--disable-gpu"),
    *("--disable-features=Translate,OptimizationHints,MediaRouter", "--host-resolver-rules=MAP *.localhost 127.0.0.1"),
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Service]:
    """Pages and jobs."""
    with served(tmp_path_factory.mktemp("journeys"), django_db_blocker.unblock) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's own Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("These tests need a browser. Install it: apt install chromium", pytrace=False)
    # The browser's driver keeps an event loop in this thread; what the tests ask of Django is synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(service: Service, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a window for somebody: `visit()`, `visit(javascript=False)`, `visit(width=375)`."""
    windows: list[Window] = []
    service.forget_letters()

    def _visit(*, width: int = 1280, javascript: bool = True, language: str = "en-GB") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=javascript, locale=language
        )
        context.set_default_timeout(20_000)
        window = Window(context)
        windows.append(window)
        return Visitor(service, context.new_page(), javascript)

    yield _visit
    for window in windows:
        window.context.close()
    troubles = [trouble for window in windows for trouble in window.troubles]
    assert troubles == []
