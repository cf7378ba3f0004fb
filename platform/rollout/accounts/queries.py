"""What an account has accepted, and where it is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from rollout.accounts.models import Acceptance, Account, ApiToken, Session
from rollout.kernel.tokens import hashed

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def acceptance_of(account_id: UUID) -> Acceptance | None:
    """The acceptance of the notice and terms that are in force; None while they were not accepted."""
    return Acceptance.objects.filter(account_id=account_id, version=settings.TERMS_VERSION).first()


def has_accepted(account_id: UUID) -> bool:
    """Whether this person accepted the privacy notice and terms that are in force."""
    return acceptance_of(account_id) is not None


def language_of(account_id: UUID) -> str:
    """The language that somebody chose, or nothing."""
    return Account.objects.filter(pk=account_id).values_list("language", flat=True).first() or ""


def sessions_of(account: Account) -> QuerySet[Session]:
    """Where this person is signed in, the last used first."""
    return Session.objects.filter(~Q(host=""), account=account, expire_date__gt=timezone.now()).order_by("-seen_at")


def tokens_of(account: Account, organisation: UUID) -> QuerySet[ApiToken]:
    """This person's keys to the API of one organisation, the newest first; those taken back and run out too."""
    return ApiToken.objects.filter(account=account, organisation_id=organisation)


def token_at(secret: str, organisation: UUID) -> ApiToken | None:
    """The good key that this is in this organisation, with its account; None for anything else."""
    return (
        ApiToken.objects.select_related("account")
        .filter(
            hash=hashed(secret),
            organisation_id=organisation,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
            account__is_active=True,
        )
        .first()
    )
