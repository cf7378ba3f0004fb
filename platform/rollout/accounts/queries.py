"""What an account has accepted, and where it is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from rollout.accounts.models import Acceptance, Session

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from rollout.accounts.models import Account


def acceptance_of(account_id: UUID) -> Acceptance | None:
    """The acceptance of the notice and terms that are in force; None while they were not accepted."""
    return Acceptance.objects.filter(account_id=account_id, version=settings.TERMS_VERSION).first()


def has_accepted(account_id: UUID) -> bool:
    """Whether this person accepted the privacy notice and terms that are in force."""
    return acceptance_of(account_id) is not None


def sessions_of(account: Account) -> QuerySet[Session]:
    """Where this person is signed in, the last used first."""
    return Session.objects.filter(~Q(host=""), account=account, expire_date__gt=timezone.now()).order_by("-seen_at")
