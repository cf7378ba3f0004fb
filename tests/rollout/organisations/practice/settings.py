"""A process of its own on the copy of the database that a test made, with the code of a release."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import DATABASES, INSTALLED_APPS, TENANT_APPS

_APP = "tests.rollout.organisations.practice"
for _alias in DATABASES:
    DATABASES[_alias]["NAME"] = os.environ["PRACTICE_DATABASE"]
if _release := os.environ.get("PRACTICE_RELEASE"):
    TENANT_APPS = [*TENANT_APPS, _APP]
    INSTALLED_APPS = [*INSTALLED_APPS, _APP]
    MIGRATION_MODULES = {"lessons": f"{_APP}.{_release}.migrations"}
