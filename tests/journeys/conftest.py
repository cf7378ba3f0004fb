"""One service, one browser; every test has its own windows, and none of them may report an error of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.screens import Visitor, Window
from tests.journeys.service import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.journeys.service import Service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Service]:
    """Pages and jobs."""
    with served(tmp_path_factory.mktemp("journeys"), django_db_blocker.unblock) as running:
        yield running


@pytest.fixture
def visit(service: Service, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a window for somebody: `visit()`, `visit(javascript=False)`, `visit(width=375)`, `visit(mouse=False)`."""
    windows: list[Window] = []
    service.forget_letters()

    def _visit(*, width: int = 1280, javascript: bool = True, language: str = "en-GB", mouse: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=javascript, locale=language
        )
        context.set_default_timeout(20_000)
        window = Window(context)
        windows.append(window)
        return Visitor(service, context.new_page(), javascript, mouse)

    yield _visit
    for window in windows:
        window.context.close()
    troubles = [trouble for window in windows for trouble in window.troubles]
    assert troubles == []
