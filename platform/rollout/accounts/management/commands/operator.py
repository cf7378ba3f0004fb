from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from rollout.accounts.models import Account
from rollout.audit import actions as audit
from rollout.kernel.addresses import normal_address


class Command(BaseCommand):
    help = "Say who runs this installation: grant or revoke the operator's page, or list who has it."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list")
        for act in ("grant", "revoke"):
            acts.add_parser(act).add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            for email in Account.objects.filter(is_operator=True).order_by("email").values_list("email", flat=True):
                self.stdout.write(str(email))
            return
        address, grants = normal_address(options["email"]), options["act"] == "grant"
        if grants:
            try:
                validate_email(address)
            except ValidationError as problem:
                raise CommandError(f"“{address}” is not an e-mail address.") from problem
            Account.objects.for_address(address)
        if not Account.objects.filter(email=address).update(is_operator=grants):
            raise CommandError(f"There is no account with the address {address}.")
        subject = Account.objects.get(email=address).pk
        audit.record("operator.granted" if grants else "operator.revoked", by=None, subject=subject)
        self.stdout.write(f"{address} {'is' if grants else 'is no longer'} an operator.")
