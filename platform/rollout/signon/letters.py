"""Letters about connecting an account with a sign-in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rollout.identity.letters import send
from rollout.kernel.mail import public_url

if TYPE_CHECKING:
    from rollout.accounts.models import Account
    from rollout.signon.models import SignInService


def code_for(account: Account, service: SignInService, code: str) -> None:
    """A code that shows that the person, and not the service alone, wants to connect."""
    send(account, account.email, "signon/connect_code", _("Your code"), code=code, service=service.name)


def connected(account: Account, service: SignInService) -> None:
    """The account is connected now; who reads this can end it."""
    address = public_url(settings.BASE_HOST, "/connections/")
    subject = _("Your account was connected")
    send(account, account.email, "signon/connected", subject, service=service.name, action_url=address)
