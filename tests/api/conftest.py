"""One organisation is made for all tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests import databases
from tests.world_api import Everything

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: Any) -> Iterator[Everything]:
    """Something to call every operation on, in a database of its own. Tests take back what they do."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_api") as name:
        databases.use(name)
        hosts.forget()
        yield Everything(Organisation.objects.get(slug="north"))
    databases.use(run)
