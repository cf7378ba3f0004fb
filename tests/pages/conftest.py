"""The pages of the house and of the demo's story, taken once for the whole run."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from rollout.demo import programme
from rollout.demo.plot import STORY_DAYS
from rollout.demo.stage import Stage
from rollout.demo.story import Story
from rollout.organisations import hosts
from tests import databases
from tests.pages import bad_moments, frames, gallery, told
from tests.pages.gallery import LANGUAGES, Sheet
from tests.pages.reading import Typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.permissions.matrix import Street


@pytest.fixture(autouse=True)
def _no_memory_of_tries() -> None:
    cache.clear()


@pytest.fixture(scope="session")
def typed() -> Typed:
    """What people typed in the house and in the story, collected while they are taken."""
    return Typed()


@pytest.fixture(scope="session")
def house_pages(built: tuple[str, Street], django_db_blocker: Any, typed: Typed) -> dict[str, list[Sheet]]:
    """Every page that the house shows to anybody, by language."""
    run = connections["default"].settings_dict["NAME"]
    name, street = built
    with django_db_blocker.unblock():
        databases.use(name)
        hosts.forget()
        logging.disable(logging.CRITICAL)
        try:
            taken = {language: list(gallery.take(street, language)) for language in LANGUAGES}
            for language in LANGUAGES:
                taken[language] += bad_moments.take(street, language)
            typed.read(name)
        finally:
            logging.disable(logging.NOTSET)
            databases.use(run)
            hosts.forget()
    return taken


@pytest.fixture(scope="session")
def story_pages(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory, typed: Typed
) -> dict[str, list[Sheet]]:
    """What somebody in every role reaches by links in the demo's story, by language."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_story") as name, told.files_in(tmp_path_factory.mktemp("story")):
        databases.use(name)
        hosts.forget()
        try:
            Story(Stage(opening=timezone.now() - timedelta(days=STORY_DAYS))).tell()
            facts = programme.facts()
            typed.read(name)
            return {language: list(told.take(facts, language)) for language in LANGUAGES}
        finally:
            databases.use(run)
            hosts.forget()


@pytest.fixture
def frame(browser: Browser, house_pages: dict[str, list[Sheet]]) -> Iterator[frames.Frame]:
    """Where pages are looked at. Whatever a page does that it must not fails the test."""
    with frames.framed(browser, house_pages) as made:
        yield made
    assert made.troubles == []


@pytest.fixture
def bare_frame(browser: Browser, house_pages: dict[str, list[Sheet]]) -> Iterator[frames.Frame]:
    """The same for a browser that gets none of our scripts."""
    with frames.framed(browser, house_pages, scripts=False) as made:
        yield made
    assert made.troubles == []
