"""Leaving needs real commits: what a job wrote, the account's pages must see. The story is told once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections

from rollout.accounts.models import Account
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests import databases
from tests.rollout.leaving.life import Life, lived

Told = tuple[str, Path, Life]


@pytest.fixture(scope="session")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Petra's story in a database of its own, with its files."""
    run, files = connections["default"].settings_dict["NAME"], tmp_path_factory.mktemp("life")
    kept, said = settings.FILES_DIR, settings.OUTBOX_DIR
    with django_db_blocker.unblock(), databases.copy("_life") as name:
        databases.use(name)
        hosts.forget()
        settings.FILES_DIR, settings.OUTBOX_DIR = files / "files", files / "outbox"
        mail.outbox = []
        try:
            life = lived(Organisation.objects.get(slug="north"), Organisation.objects.get(slug="south"))
        finally:
            settings.FILES_DIR, settings.OUTBOX_DIR = kept, said
            databases.use(run)
        yield name, files, life


@pytest.fixture
def life(told: Told, django_db_blocker: Any, tmp_path: Path, settings: Any) -> Iterator[Life]:
    """Petra, with something of hers in every table that can hold it, and those around her; this test's own copy."""
    source, files, life = told
    run = connections["default"].settings_dict["NAME"]
    shutil.copytree(files, tmp_path / "life")
    settings.FILES_DIR, settings.OUTBOX_DIR = tmp_path / "life" / "files", tmp_path / "life" / "outbox"
    with django_db_blocker.unblock(), databases.copy("_own", of=source) as name:
        databases.use(name)
        hosts.forget()
        yield life
    databases.use(run)


@pytest.fixture
def petra(life: Life) -> Account:
    """Her account."""
    return Account.objects.get(pk=life.petra.pk)
