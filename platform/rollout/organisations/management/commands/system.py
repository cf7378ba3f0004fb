from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rollout.organisations import actions
from rollout.organisations.models import Organisation, System


class Command(BaseCommand):
    help = (
        "Add a system of organisations (an integrated care system, a place or a provider collaborative), list them,"
        " and let an organisation join or leave one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add")
        add.add_argument("name")
        add.add_argument("--kind", choices=System.Kind.values, required=True)
        acts.add_parser("list")
        for act in ("join", "leave"):
            changed = acts.add_parser(act)
            changed.add_argument("name")
            changed.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            for system in System.objects.prefetch_related("organisations"):
                slugs = " ".join(organisation.slug for organisation in system.organisations.all())
                self.stdout.write(f"{system.name}\t{system.kind}\t{slugs}")
        elif options["act"] == "add":
            system = actions.add_system(name=options["name"], kind=options["kind"])
            self.stdout.write(f"{system.name} is there.")
        else:
            self._change(options["act"], options["name"], options["slug"])

    def _change(self, act: str, name: str, slug: str) -> None:
        system = System.objects.filter(name=name).first()
        organisation = Organisation.objects.filter(slug=slug).first()
        if system is None:
            raise CommandError(f"There is no system “{name}”. Add it first.")
        if organisation is None:
            raise CommandError(f"There is no organisation “{slug}”.")
        if act == "join":
            actions.join_system(system=system, organisation=organisation)
            self.stdout.write(f"{organisation.name} belongs to {system.name}.")
        else:
            actions.leave_system(system=system, organisation=organisation)
            self.stdout.write(f"{organisation.name} does not belong to {system.name}.")
