from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from rollout.organisations.models import Organisation
from rollout.organisations.provisioning import ProvisioningFailed, create_organisation

GIVEN = ("identifier", "identifier_scheme", "country", "language", "time_zone", "currency", "brand_colour")


class Command(BaseCommand):
    help = "Create, list, suspend, resume or close an organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create")
        create.add_argument("slug")
        create.add_argument("name")
        create.add_argument("--kind", choices=Organisation.Kind.values, default=Organisation.Kind.CARE)
        create.add_argument("--domain", help="default: <slug>.<base host>")
        for field in (
            "identifier",
            "identifier-scheme",
            "country",
            "language",
            "time-zone",
            "currency",
            "brand-colour",
        ):
            create.add_argument(f"--{field}")
        acts.add_parser("list")
        for act in ("suspend", "resume", "close"):
            acts.add_parser(act).add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            for organisation in Organisation.objects.using("platform"):
                self.stdout.write(
                    f"{organisation.slug}\t{organisation.status}\t{organisation.kind}\t{organisation.name}"
                )
            return
        if "owner" not in connections:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner of the schemas may do this.")
        if options["act"] == "create":
            self._create(options)
        else:
            self._change(options["act"], options["slug"])

    def _create(self, options: dict[str, Any]) -> None:
        given = {name: options[name] for name in GIVEN if options[name]}
        slug = options["slug"]
        if Organisation.objects.using("owner").filter(slug=slug).exists():
            raise CommandError(f"There is already an organisation “{slug}”.")
        try:
            organisation = create_organisation(
                domain=options["domain"] or f"{slug}.{settings.BASE_HOST}",
                slug=slug,
                name=options["name"],
                kind=options["kind"],
                **given,
            )
        except (ValidationError, ProvisioningFailed) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{organisation.name} is ready.")

    def _change(self, act: str, slug: str) -> None:
        status = {"suspend": "suspended", "resume": "active", "close": "closed"}[act]
        if not Organisation.objects.using("owner").filter(slug=slug).exclude(status="closed").update(status=status):
            raise CommandError(f"There is no open organisation “{slug}”.")
        self.stdout.write(f"{slug}: {status}.")
