"""A worker of its own process on the copy of the database that a test made."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import DATABASES, INSTALLED_APPS

for _alias in ("default", "platform"):
    DATABASES[_alias]["NAME"] = os.environ["PRACTICE_DATABASE"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.rollout.jobs.practice"]
JOB_SECONDS = 4
JOB_GRACE_SECONDS = 0
JOB_LEASE_SECONDS = 5
JOB_ATTEMPTS = 50
