from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rollout.kernel.errors import DomainError
from rollout.kernel.mail import public_url
from rollout.organisations.models import Organisation
from tenants.members.founding import address_of, invite_first_lead


class Command(BaseCommand):
    help = "Invite the first rollout lead of an organisation by e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("name")
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["slug"], status=Organisation.Status.ACTIVE).first()
        if organisation is None:
            raise CommandError(f"There is no active organisation “{options['slug']}”.")
        try:
            token = invite_first_lead(organisation=organisation, name=options["name"], email=options["email"])
        except DomainError as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(public_url(address_of(organisation), f"/invitations/{token}/"))
