"""A second release after the first, as a deployment sees it: new code on the same database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from rollout.config.settings import test as of_run
from rollout.organisations import hosts
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.migrating import migrate_all
from tests import databases
from tests.rollout.organisations.practice.releases import APP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def first_release(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of which nobody uses more than copies: two organisations, and the practice app's first release."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_first") as name:
        databases.use(name)
        with override_settings(**settings_of("first")):
            digest_of_migrations.cache_clear()
            migrate_all(say=lambda line: None)
        digest_of_migrations.cache_clear()
        databases.use(run)
        yield name


@pytest.fixture
def released(first_release: str, django_db_blocker: Any) -> Iterator[str]:
    """A copy of it, where things are really committed."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_released", of=first_release) as name:
        databases.use(name)
        hosts.forget()
        yield name
    databases.use(run)


@pytest.fixture
def admin(released: str) -> Iterator[psycopg.Connection]:
    """A look at everything, past every policy."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=released, autocommit=True) as server:
        yield server


@pytest.fixture
def release(released: str) -> Iterator[Callable[[str], None]]:
    """Puts the code of a release in place; the first one to begin with. Nothing is migrated yet."""
    with override_settings(**settings_of("first")):

        def put(name: str) -> None:
            settings.MIGRATION_MODULES = settings_of(name)["MIGRATION_MODULES"]
            digest_of_migrations.cache_clear()
            hosts.forget()

        put("first")
        yield put
    connections["owner"].close()
    digest_of_migrations.cache_clear()


@pytest.fixture
def deploy(release: Callable[[str], None]) -> Callable[[str], list[str]]:
    """Puts a release in place and migrates; what was said meanwhile."""

    def both(name: str) -> list[str]:
        said: list[str] = []
        release(name)
        migrate_all(say=said.append)
        return said

    return both


def settings_of(name: str) -> dict[str, Any]:
    """What a release of the practice app says about itself."""
    return {
        "TENANT_APPS": [*of_run.TENANT_APPS, APP],
        "INSTALLED_APPS": [*of_run.INSTALLED_APPS, APP],
        "MIGRATION_MODULES": {"lessons": f"{APP}.{name}.migrations"},
    }
