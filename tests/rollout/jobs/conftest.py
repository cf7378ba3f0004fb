"""Jobs need real commits: what one alias wrote, the other must see. So each module gets a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from rollout.jobs import work
from rollout.jobs.models import Job, Sweep
from rollout.organisations.models import Organisation
from tests import databases, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.members.models import Member


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy in which everything is committed; afterwards every alias looks at the run's database again."""
    before = connections["platform"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        with databases.copy("_jobs") as name:
            databases.use(name)
            yield name
        databases.use(before)


@pytest.fixture(scope="module")
def people(own_database: str) -> dict[str, Member]:
    """One rollout lead per organisation."""
    return {slug: world.lead(Organisation.objects.get(slug=slug)) for slug in ("north", "south")}


@pytest.fixture
def moor(own_database: str) -> Organisation:
    """The hospital group, without any job."""
    Job.objects.all().delete()
    Sweep.objects.all().delete()
    return Organisation.objects.get(slug="north")


@pytest.fixture
def vale(moor: Organisation) -> Organisation:
    """The other trust."""
    return Organisation.objects.get(slug="south")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[dict[str, Any]]:
    """What this process can do; a test may add to it."""
    before = dict(work._handlers)
    yield work._handlers
    work._handlers.clear()
    work._handlers.update(before)
