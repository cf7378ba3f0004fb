from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from rollout.audit import actions as audit
from rollout.organisations.leaving.archive import Refused
from rollout.organisations.leaving.backup import back_up
from rollout.organisations.leaving.exporting import export
from rollout.organisations.leaving.restore import restore
from rollout.organisations.models import Organisation, OrganisationRequest
from rollout.organisations.provisioning import ProvisioningFailed, create_organisation, fill_pool

GIVEN = ("identifier", "identifier_scheme", "country", "language", "time_zone", "currency", "brand_colour")


class Command(BaseCommand):
    help = (
        "Create, list, suspend, resume or close an organisation; `requests` makes those that operators asked for;"
        " `pool` keeps schemas ready, so that a new organisation is there at once."
        " `backup` writes everything that one organisation has into one file, sealed with BACKUP_KEY, and `restore`"
        " puts it back under a new name; `export` writes what a rollout lead may see, as tables."
    )

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
        acts.add_parser("requests")
        acts.add_parser("pool").add_argument("--size", type=int, default=5, help="how many schemas wait; default 5")
        self._add_leaving(acts)
        for act in ("suspend", "resume", "close"):
            acts.add_parser(act).add_argument("slug")

    def _add_leaving(self, acts: Any) -> None:
        backup = acts.add_parser("backup")
        backup.add_argument("slug")
        backup.add_argument("--to", required=True, type=Path, help="the file; keep it like the database itself")
        restore = acts.add_parser("restore")
        restore.add_argument("file", type=Path)
        restore.add_argument("--slug", required=True, help="the new name")
        restore.add_argument("--domain", help="default: <slug>.<base host>")
        export = acts.add_parser("export")
        export.add_argument("slug")
        export.add_argument("--as", dest="lead", required=True, help="the address of a rollout lead of it")
        export.add_argument("--to", required=True, type=Path, help="the file to write")

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
        elif options["act"] in ("backup", "restore", "export"):
            self._leave(options)
        elif options["act"] == "requests":
            self._requests()
        elif options["act"] == "pool":
            self._pool(options["size"])
        else:
            self._change(options["act"], options["slug"])

    def _create(self, options: dict[str, Any]) -> None:
        given = {name: options[name] for name in GIVEN if options[name]}
        slug = options["slug"]
        if Organisation.objects.using("owner").filter(slug=slug).exists():
            raise CommandError(f"There is already an organisation “{slug}”.")
        try:
            with transaction.atomic(using="owner"):
                organisation = create_organisation(
                    domain=options["domain"] or f"{slug}.{settings.BASE_HOST}",
                    slug=slug,
                    name=options["name"],
                    kind=options["kind"],
                    **given,
                )
                audit.record("organisation.created", by=None, subject=organisation.pk, using="owner")
        except (ValidationError, ProvisioningFailed) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{organisation.name} is ready.")

    def _leave(self, options: dict[str, Any]) -> None:
        """Nothing is said about how much there is: an operator learns no numbers."""
        try:
            if options["act"] == "backup":
                back_up(options["slug"], options["to"])
                self.stdout.write(f"The backup of {options['slug']} is done.")
            elif options["act"] == "restore":
                domain = options["domain"] or f"{options['slug']}.{settings.BASE_HOST}"
                restore(options["file"], slug=options["slug"], domain=domain)
                self.stdout.write(f"{options['slug']} is restored, and compared with its backup.")
            else:
                export(options["slug"], lead=options["lead"], to=options["to"])
                self.stdout.write(f"What this rollout lead may see of {options['slug']} is written down.")
        except Refused as problem:
            raise CommandError(str(problem)) from problem

    def _requests(self) -> None:
        waiting = OrganisationRequest.objects.using("owner").filter(state=OrganisationRequest.State.ASKED)
        for request in waiting.order_by("asked_at"):
            try:
                with transaction.atomic(using="owner"):
                    self._answer(request)
            except (ValidationError, ProvisioningFailed, DatabaseError) as problem:
                request.state, request.problem = OrganisationRequest.State.REFUSED, str(problem)[:200]
                request.answered_at = timezone.now()
                request.save(using="owner", update_fields=["state", "problem", "answered_at"])
            self.stdout.write(f"{request.slug}: {request.get_state_display()}. {request.problem}".rstrip())

    def _answer(self, request: OrganisationRequest) -> None:
        """The organisation and the answer stand together or not at all."""
        if Organisation.objects.using("owner").filter(slug=request.slug).exists():
            raise ProvisioningFailed(f"There is already an organisation “{request.slug}”.")
        made = create_organisation(domain=f"{request.slug}.{settings.BASE_HOST}", slug=request.slug, **request.fields)
        request.state, request.problem, request.answered_at = OrganisationRequest.State.DONE, "", timezone.now()
        request.save(using="owner", update_fields=["state", "problem", "answered_at"])
        audit.record("organisation.created", by=request.asked_by_id, subject=made.pk, using="owner")

    def _pool(self, size: int) -> None:
        try:
            waiting = fill_pool(size)
        except ProvisioningFailed as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Schemas that wait for an organisation: {waiting}.")

    def _change(self, act: str, slug: str) -> None:
        status = {"suspend": "suspended", "resume": "active", "close": "closed"}[act]
        with transaction.atomic(using="owner"):
            found = Organisation.objects.using("owner").filter(slug=slug).exclude(status="closed").first()
            if found is None:
                raise CommandError(f"There is no open organisation “{slug}”.")
            Organisation.objects.using("owner").filter(pk=found.pk).update(status=status)
            audit.record(f"organisation.{act}", by=None, subject=found.pk, using="owner")
        self.stdout.write(f"{slug}: {status}.")
