"""django-tenants as it comes: its engine, its middleware, its executor, on the same apps and migrations."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import SHARED_APPS, TENANT_APPS, database

DATABASES = {
    "default": {
        **database(os.environ["DATABASE_ADMIN_URL"]),
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": os.environ["BENCH_DATABASE"],
        "ATOMIC_REQUESTS": True,
    }
}
DEMO = False
TENANT_DB_ALIAS = "default"
TENANT_SYNC_ROUTER = "django_tenants.routers.TenantSyncRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
TENANT_MODEL = "stock.Client"
TENANT_DOMAIN_MODEL = "stock.Name"
SHARED_APPS = ["django_tenants", "benchmarks.stock", *(app for app in SHARED_APPS if app != "django_tenants")]
TENANT_APPS = [*TENANT_APPS, "benchmarks.change"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
ROOT_URLCONF = "benchmarks.serving"
PUBLIC_SCHEMA_URLCONF = "benchmarks.serving"
# allauth wants its own step among them, in all three.
MIDDLEWARE = [
    "django_tenants.middleware.main.TenantMainMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
