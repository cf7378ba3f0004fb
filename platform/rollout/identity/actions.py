"""Adding, using and removing second factors."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account, ApiToken, Session
from rollout.audit import actions as audit
from rollout.identity.queries import CODES, KINDS, PASSKEY, TOTP
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.sealing import seal, unseal
from rollout.kernel.tokens import hashed

if TYPE_CHECKING:
    from django.db.models import QuerySet

APP_KEY = "identity.totp"
STEP_SECONDS = 30
RECOVERY_CODES = 10
MOST_FACTORS = 10
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"


def new_app_key() -> str:
    """A key for an authenticator app, sealed until a first code shows that the app knows it."""
    return seal(generate_totp_secret(), APP_KEY)


def app_key(sealed: str) -> str:
    """The key as it is typed into an app."""
    return unseal(sealed, APP_KEY)


@transaction.atomic(using="platform")
def add_app(*, account: Account, sealed_key: str, code: str, by: Account) -> list[str]:
    """Add an authenticator app once its code is right. The recovery codes when it is the first factor, else none."""
    _hold(account, by)
    if Authenticator.objects.filter(user=account, type=TOTP).exists():
        raise DomainError("app_there_already", _("You have an authenticator app already. Remove it first."))
    step = _step_of(unseal(sealed_key, APP_KEY), code, after=0)
    if step is None:
        raise _wrong_code()
    return _added(account, TOTP, {"secret": sealed_key, "step": step})


@transaction.atomic(using="platform")
def add_passkey(*, account: Account, name: str, kept: dict[str, Any], by: Account) -> list[str]:
    """Add a passkey. The recovery codes when it is the first factor, else none."""
    _hold(account, by)
    if Authenticator.objects.filter(user=account, type__in=KINDS).count() >= MOST_FACTORS:
        raise DomainError("too_many_factors", _("You have ten already. Remove one first."))
    return _added(account, PASSKEY, {"name": name, **kept})


@transaction.atomic(using="platform")
def rename_passkey(*, account: Account, factor: int, name: str, by: Account) -> None:
    """Call a passkey something else."""
    _hold(account, by)
    row = _own(account).filter(pk=factor, type=PASSKEY).first()
    if row is None:
        raise DomainError("gone", _("This passkey is not there any more."), status=404)
    row.data["name"] = name
    row.save(update_fields=["data"])


@transaction.atomic(using="platform")
def remove_factor(*, account: Account, factor: int, keep: Session | None, by: Account) -> bool:
    """Remove a factor; whether one is left. With the last one go the recovery codes, and every session but `keep`."""
    _hold(account, by)
    row = _own(account).filter(pk=factor, type__in=KINDS).first()
    if row is None:
        raise DomainError("gone", _("This is not there any more."), status=404)
    kind = row.type
    row.delete()
    one_is_left = _own(account).filter(type__in=KINDS).exists()
    if not one_is_left:
        forget_factors(account, keep=keep)
    audit.record("account.factor_removed", by=by.pk, kind=kind)
    return one_is_left


def forget_factors(account: Account, *, keep: Session | None) -> None:
    """Nothing is left of this person's second factors: no session but `keep` goes on, no key to the API was strong."""
    _own(account).delete()
    Session.objects.filter(account=account).exclude(pk=keep.pk if keep else "").delete()
    ApiToken.objects.filter(account=account).update(second_factor_at=None)


@transaction.atomic(using="platform")
def renew_recovery_codes(*, account: Account, by: Account) -> list[str]:
    """New recovery codes; the old ones open nothing any more. This is the only time that anybody reads them."""
    _hold(account, by)
    if not Authenticator.objects.filter(user=account, type__in=KINDS).exists():
        raise DomainError("no_factor", _("Add an authenticator app or a passkey first."))
    Authenticator.objects.filter(user=account, type=CODES).delete()
    codes = _make_codes(account)
    audit.record("account.recovery_codes_made", by=by.pk)
    return codes


@transaction.atomic(using="platform")
def use_code(*, account: Account, code: str) -> str:
    """Prove oneself with the code of one's app, or with a recovery code. Each works once. The kind that was used.

    Nobody signs this: it is how a person becomes known.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    for row in _own(account).filter(type__in=(TOTP, CODES)):
        data = dict(row.data)
        if row.type == TOTP:
            step = _step_of(unseal(data["secret"], APP_KEY), code, after=data["step"])
            if step is None:
                continue
            data["step"] = step
        else:
            typed = hashed(_plain(code))
            left = [kept for kept in data["hashes"] if not constant_time_compare(kept, typed)]
            if len(left) == len(data["hashes"]):
                continue
            data["hashes"] = left
        _used(row, data)
        return str(row.type)
    raise _wrong_code()


@transaction.atomic(using="platform")
def use_passkey(*, account: Account, factor: int, count: int) -> None:
    """Keep the counter of a passkey that was just used; refuse one that went backwards meanwhile."""
    row = _own(account).select_for_update().filter(pk=factor, type=PASSKEY).first()
    if row is None or ((count or row.data["count"]) and count <= row.data["count"]):
        raise DomainError("passkey_refused", _("The passkey did not work. Please try again."))
    _used(row, {**row.data, "count": count})


def _hold(account: Account, by: Account) -> None:
    # One person's changes follow each other.
    Account.objects.select_for_update().get(pk=account.pk)
    if account.pk != by.pk:
        raise NotPermitted("identity.change_factors")


def _own(account: Account) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user=account)
    return rows


def _added(account: Account, kind: str, data: dict[str, Any]) -> list[str]:
    is_first = not _own(account).filter(type__in=KINDS).exists()
    Authenticator.objects.create(user=account, type=kind, data=data, last_used_at=timezone.now())
    codes = _make_codes(account) if is_first else []
    audit.record("account.factor_added", by=account.pk, kind=kind)
    return codes


def _make_codes(account: Account) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _sign in range(12)) for _code in range(RECOVERY_CODES)]
    Authenticator.objects.create(user=account, type=CODES, data={"hashes": [hashed(code) for code in codes]})
    return ["-".join(code[start : start + 4] for start in (0, 4, 8)) for code in codes]


def _used(row: Authenticator, data: dict[str, Any]) -> None:
    row.data, row.last_used_at = data, timezone.now()
    row.save(update_fields=["data", "last_used_at"])


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """Which half minute this code belongs to: the present one or a neighbour, and none that was used before."""
    now, typed = int(time.time()) // STEP_SECONDS, _plain(code)
    for step in (now, now - 1, now + 1):
        if step > after and constant_time_compare(format_hotp_value(hotp_value(secret, step)), typed):
            return step
    return None


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum() and sign.isascii())


def _wrong_code() -> DomainError:
    return DomainError(
        "wrong_code", _("This is not the right code. Look again, or wait for the next one."), field="code"
    )
