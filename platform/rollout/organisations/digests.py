"""Short marks of what the code expects of the database, so that one look tells whether anything is to be done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from rollout.organisations import security

PUBLIC = "public"
"""The name under which the state of the shared tables is kept beside the organisations'."""

HALFWAY = ""
"""The digest of a schema whose migrations cannot be one transaction, while they run. No code expects it."""


@lru_cache(maxsize=1)
def digest_of_migrations() -> str:
    """One digest over every migration file of the organisations' apps, and the prefix of the roles.

    Looked up once per process: files that are replaced later belong to the next one.
    """
    state = hashlib.sha256(settings.ROLE_PREFIX.encode())
    for path, name in _migrations(of_organisations=True):
        state.update(name.encode() + path.read_bytes())
    return state.hexdigest()


def digest_of_files() -> str:
    """The migration files of the organisations' apps alone: equal in installations that run the same code."""
    state = hashlib.sha256()
    for path, name in _migrations(of_organisations=True):
        state.update(name.encode() + path.read_bytes())
    return state.hexdigest()


def digest_of_shared() -> str:
    """The same for the public schema, the database's own functions and the accepted keys."""
    said = [settings.ROLE_PREFIX, str(settings.DEMO), security.security_schema(), repr(security.context_keys())]
    state = hashlib.sha256("\0".join(said).encode())
    for path, name in _migrations(of_organisations=False):
        state.update(name.encode() + path.read_bytes())
    return state.hexdigest()


def labels() -> list[str]:
    """The labels of the apps that live in an organisation's schema."""
    return sorted(config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS)


def _migrations(*, of_organisations: bool) -> Iterator[tuple[Path, str]]:
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if (config.name in settings.TENANT_APPS) is of_organisations:
            for folder in _folders(config):
                for path in sorted(folder.glob("[0-9]*.py")):
                    yield path, f"{config.label}/{path.name}"


def _folders(config: AppConfig) -> list[Path]:
    name, _ = MigrationLoader.migrations_module(config.label)
    try:
        return [Path(place) for place in import_module(name).__path__] if name else []
    except ModuleNotFoundError:  # an app without tables
        return []
