"""Jobs need real commits: what one alias writes the other one must see. So they get a database of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from tests import databases, world_governance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.organisations.models import Organisation


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy in which everything is committed; afterwards every alias looks at the run's database again."""
    before = connections["platform"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        with databases.copy("_boardpacks") as name:
            databases.use(name)
            yield
        databases.use(before)


@pytest.fixture
def hospital(committed: None, django_db_blocker: Any) -> Iterator[Organisation]:
    """The hospital group, in the database where everything is committed."""
    from rollout.organisations.models import Organisation

    with django_db_blocker.unblock():
        yield Organisation.objects.get(slug="north")


@pytest.fixture
def board(hospital: Organisation) -> world_governance.Board:
    """A new board of the hospital, so that no test sees another one's packs."""
    return world_governance.another_board(hospital)
