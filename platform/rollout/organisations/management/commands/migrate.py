from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.autodetector import MigrationAutodetector

from rollout.organisations.migrating import MigrationIncomplete, migrate_all


class Command(BaseCommand):
    help = "Migrate the public schema, the template and every organisation. Needs DATABASE_OWNER_URL."

    autodetector = MigrationAutodetector  # Django compares it with makemigrations' own

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner of the schemas may migrate them.")
        try:
            migrate_all(say=self.stdout.write)
        except MigrationIncomplete as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("Everything is up to date.")
