"""Django without tenants, with ATOMIC_REQUESTS: the same tables with the same rows, in one schema, no policies."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import SHARED_APPS, TENANT_APPS, database

DATABASES = {
    "default": {
        **database(os.environ["DATABASE_ADMIN_URL"]),
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BENCH_DATABASE"],
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"connect_timeout": 5, "options": "-c search_path=plain"},
    }
}
DEMO = False
DATABASE_ROUTERS = []
INSTALLED_APPS = [app for app in [*SHARED_APPS, *TENANT_APPS] if app != "django_tenants"]
ROOT_URLCONF = "benchmarks.serving"
# allauth wants its own step among them, in all three.
MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
]
