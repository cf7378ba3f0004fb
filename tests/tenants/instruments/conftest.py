"""Races need real commits, so they get a database of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from tests import databases

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy in which everything is committed; afterwards every alias looks at the run's database again."""
    before = connections["platform"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        with databases.copy("_instruments") as name:
            databases.use(name)
            yield name
        databases.use(before)
