from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rollout.accounts import private
from rollout.audit import actions as audit
from rollout.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Wrap every person's key for private texts by the newest PRIVATE_TEXT_KEY, so that an older one can go."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            private.rewrap_all()
        except DomainError as problem:
            raise CommandError(
                "A key opens with none of PRIVATE_TEXT_KEY. Put the key that it had beside it."
            ) from problem
        audit.record("private_keys.rewrapped", by=None)
        self.stdout.write("Done: the newest key opens all of them.")
