"""The demo's story, told once; a world without the hidden pair and one with it, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connections

from rollout.demo.plot import STORY_DAYS
from rollout.demo.stage import Stage
from rollout.demo.story import Story
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests import counting, databases
from tests.privacy.open_matters import leave_matters_open
from tests.privacy.people import NOW
from tests.privacy.secret_pair import hide_a_pair
from tests.privacy.sights import Medium, stored

WITHOUT, WITH = "without the pair", "with the pair"


@dataclass
class Worlds:
    """Two databases that differ by one hidden pair. Whatever is done in them has to be undone."""

    names: dict[str, str] = field(default_factory=dict)
    letters: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, Medium] = field(default_factory=dict)

    def enter(self, world: str) -> Organisation:
        """Go into one of them: its organisation. The letters are those that the pair made leave there."""
        databases.use(self.names[world])
        hosts.forget()
        mail.outbox = list(self.letters[world])
        return Organisation.objects.get(slug="northmoor")


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Worlds]:
    """The story is told once, and copied. In the copy there is one pair more."""
    run = connections["default"].settings_dict["NAME"]
    with ExitStack() as stack:
        made = Worlds(letters={WITHOUT: [], WITH: []})
        with django_db_blocker.unblock():
            made.names[WITHOUT] = stack.enter_context(databases.copy("_without"))
            databases.use(made.names[WITHOUT])
            with time_machine.travel(NOW, tick=True):
                Story(Stage(opening=NOW - timedelta(days=STORY_DAYS))).tell()
            leave_matters_open(made.enter(WITHOUT))
            made.files[WITHOUT] = stored()
            databases.use(run)
            made.names[WITH] = stack.enter_context(databases.copy("_with", of=made.names[WITHOUT]))
            hide_a_pair(made.enter(WITH))
            made.files[WITH], made.letters[WITH] = stored(), list(mail.outbox)
            databases.use(run)
        yield made


@pytest.fixture(scope="module")
def worlds(built: Worlds, django_db_blocker: Any) -> Iterator[Worlds]:
    """Both worlds, for tests that go into them."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        yield built
        databases.use(run)
        hosts.forget()


TALLY: list[str] = []
"""What this run looked at, for its last lines."""


counting.say(lambda: TALLY)
