"""The browser of the tests: the system's own Chromium, which asks nobody outside."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

QUIET = [
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--no-first-run", "--no-pings", "--disable-gpu"),
    *("--disable-features=Translate,OptimizationHints,MediaRouter", "--host-resolver-rules=MAP *.localhost 127.0.0.1"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the end of the block."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("These tests need a browser. Install it: apt install chromium", pytrace=False)
    # The browser's driver keeps an event loop in this thread; what the tests ask of Django is synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=QUIET)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
