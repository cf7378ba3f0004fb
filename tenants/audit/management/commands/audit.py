from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rollout.audit import queries as platform
from rollout.kernel.tenancy import in_organisation
from rollout.organisations.models import Organisation
from tenants.audit import queries


class Command(BaseCommand):
    help = "Verify the audit chains of the platform and every organisation, or print the heads to keep elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "anchor"])
        parser.add_argument("slug", nargs="?", help="one organisation; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        organisations = Organisation.objects.exclude(status=Organisation.Status.CLOSED)
        if options["slug"]:
            organisations = organisations.filter(slug=options["slug"])
            if not organisations:
                raise CommandError(f"There is no organisation “{options['slug']}”.")
        broken = 0
        if options["act"] == "verify" and not options["slug"]:
            line, bad = self._told(platform.verdict())
            broken += bad
            self.stdout.write(f"the platform: {line}")
        for organisation in organisations:
            with in_organisation(organisation.place()):
                line, bad = self._told(queries.verdict()) if options["act"] == "verify" else (self._anchored(), False)
            broken += bad
            self.stdout.write(f"{organisation.slug}: {line}")
        if broken:
            raise CommandError("At least one chain is not sound.")

    def _told(self, verdict: queries.Verdict | platform.Verdict) -> tuple[str, bool]:
        if verdict.sound:
            return "sound", False
        return f"{verdict.problem} at number {verdict.first_bad}", True

    def _anchored(self) -> str:
        anchor = queries.anchor()
        return f"{anchor.number} {anchor.hash}" if anchor else "empty"
