from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from rollout.accounts.models import Account


class Command(BaseCommand):
    help = "Make somebody an operator of this installation, or end it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["add", "end"])
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as problem:
            raise CommandError(f"“{options['email']}” is not an e-mail address.") from problem
        account = Account.objects.for_address(options["email"])
        account.is_operator = options["act"] == "add"
        account.save(update_fields=["is_operator"])
        self.stdout.write(f"{account.email} is {'' if account.is_operator else 'not '}an operator.")
