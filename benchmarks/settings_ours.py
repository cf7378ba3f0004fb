"""This platform, as it is deployed, with the bench's two additions: a page and an app that changes."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import DATABASES, SHARED_APPS, TENANT_APPS

for _alias in DATABASES:
    DATABASES[_alias]["NAME"] = os.environ["BENCH_DATABASE"]
DEMO = False
TENANT_APPS = [*TENANT_APPS, "benchmarks.change"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
ROOT_URLCONF = "benchmarks.serving"
PUBLIC_URLCONF = "benchmarks.serving"
# allauth wants its own step among them, in all three.
MIDDLEWARE = [
    "rollout.config.middleware.organisation_host",
    "allauth.account.middleware.AccountMiddleware",
    "benchmarks.serving.inside",
]
