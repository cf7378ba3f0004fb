from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from rollout.organisations import security


class Command(BaseCommand):
    help = "Make the database and its fixed roles, once per installation. Needs DATABASE_ADMIN_URL."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_ADMIN_URL:
            raise CommandError("DATABASE_ADMIN_URL is not set: bootstrap needs a role that may create roles.")
        bootstrap(settings.DATABASE_ADMIN_URL)
        self.stdout.write("Roles and database are ready.")


def bootstrap(admin_url: str, name: str | None = None) -> None:
    """Roles, then the database, then its public schema. Safe to run again."""
    urls = {
        "login": settings.DATABASE_LOGIN_URL,
        "platform": settings.DATABASE_PLATFORM_URL,
        "migrator": settings.DATABASE_OWNER_URL,
    }
    name = name or urlparse(settings.DATABASE_LOGIN_URL).path.lstrip("/")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        version = admin.info.server_version
        if version < 160000:
            raise CommandError(f"PostgreSQL 16 or newer is needed; this server is version {version // 10000}.")
        security.make_roles(admin, urls)
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        security.own_database(admin, name)
        if settings.DEMO:
            admin.execute(sql.SQL("COMMENT ON DATABASE {} IS 'collaborative-pairs demo'").format(sql.Identifier(name)))
    with psycopg.connect(admin_url, autocommit=True, dbname=name) as admin:
        security.own_public(admin)
