"""The product's settings with leases that end within a run. Who outlives whom stays as it is."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import DATABASES, INSTALLED_APPS, VAR

for _alias in DATABASES:
    DATABASES[_alias]["NAME"] = os.environ.get("TORTURE_DATABASE", "")
INSTALLED_APPS = [*INSTALLED_APPS, "tests.torture.marks"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "letters"
JOB_LEASE_SECONDS = int(os.environ.get("TORTURE_LEASE") or 20)
JOB_SECONDS = JOB_LEASE_SECONDS * 3 // 5
JOB_GRACE_SECONDS = JOB_LEASE_SECONDS // 5
JOB_SWEEP_SECONDS = max(1, JOB_LEASE_SECONDS // 5)
JOB_ATTEMPTS = 1000  # who is killed on purpose has not failed
