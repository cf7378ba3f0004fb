"""A person's second factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from rollout.accounts.models import Account

TOTP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
KINDS = {TOTP: _("Authenticator app"), PASSKEY: _("Passkey")}


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor as its owner sees it."""

    id: int
    kind: str
    kind_name: str | _StrPromise
    name: str
    added_at: datetime
    last_used_at: datetime | None


def factors_of(account: Account) -> list[Factor]:
    """The apps and passkeys of this person, the oldest first."""
    rows = Authenticator.objects.filter(user=account, type__in=KINDS).order_by("created_at", "pk")
    return [
        Factor(row.pk, row.type, KINDS[row.type], row.data.get("name", ""), row.created_at, row.last_used_at)
        for row in rows
    ]


def factor_of(account: Account, pk: int) -> Factor | None:
    """One of this person's own factors, or None."""
    return next((factor for factor in factors_of(account) if factor.id == pk), None)


def recovery_codes_left(account: Account) -> int:
    """How many recovery codes this person has not used yet."""
    row = Authenticator.objects.filter(user=account, type=CODES).first()
    return len(row.data["hashes"]) if row else 0
