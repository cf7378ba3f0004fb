"""Taking away second factors that somebody lost: asked of an operator, done after a week. By nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.audit import actions as audit
from rollout.identity import letters
from rollout.identity.actions import forget_factors
from rollout.identity.addresses import WAIT
from rollout.identity.models import FactorReset
from rollout.identity.queries import factors_of
from rollout.kernel.addresses import normal_address
from rollout.kernel.errors import DomainError, NotPermitted

if TYPE_CHECKING:
    from uuid import UUID


def waiting_reset(account: Account) -> FactorReset | None:
    """What an operator was asked for and what still waits."""
    return FactorReset.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True).first()


@transaction.atomic(using="platform")
def ask_for_reset(*, address: str, by: Account) -> FactorReset:
    """Ask to take away the second factors of somebody who lost them. It happens in a week unless they stop it."""
    if not (by.is_operator and by.is_active):
        raise NotPermitted("identity.reset_factors")
    account = Account.objects.select_for_update().filter(email=normal_address(address), is_active=True).first()
    if account is None:
        raise DomainError("unknown_address", _("There is no account with this address."), field="address")
    if account.pk == by.pk:
        raise DomainError("own_account", _("Ask another operator to do this for you."), field="address")
    if not factors_of(account):
        raise DomainError("no_factor", _("This account has no second step."), field="address")
    if waiting_reset(account) is not None:
        raise DomainError("already_asked", _("This is waiting for this account already."), field="address")
    now = timezone.now()
    asked = FactorReset.objects.create(account=account, asked_by=by, asked_at=now, due_at=now + WAIT)
    audit.record("account.factor_reset_asked", by=by.pk, subject=account.pk)
    return asked


@transaction.atomic(using="platform")
def stop_reset(*, account: Account, by: Account) -> None:
    """Stop what an operator was asked for. Stopping twice is harmless."""
    if account.pk != by.pk:
        raise NotPermitted("identity.reset_factors")
    waiting = FactorReset.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True)
    if waiting.update(stopped_at=timezone.now()):
        audit.record("account.factor_reset_stopped", by=by.pk, subject=account.pk)


def make_due_resets() -> int:
    """Take away what is due; from how many. Meant to run every few seconds from anywhere."""
    due = FactorReset.objects.filter(due_at__lte=timezone.now(), done_at__isnull=True, stopped_at__isnull=True)
    return sum(_make(reset) for reset in due.values_list("pk", flat=True)[:50])


def _make(pk: UUID) -> bool:
    with transaction.atomic(using="platform"):
        reset = (
            FactorReset.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("account")
            .filter(pk=pk, done_at__isnull=True, stopped_at__isnull=True)
            .first()
        )
        if reset is None:
            return False
        forget_factors(reset.account, keep=None)
        reset.done_at = timezone.now()
        reset.save(update_fields=["done_at"])
        audit.record("account.factors_reset", by=reset.asked_by_id, subject=reset.account_id, after_days=WAIT.days)
    letters.factors_changed(reset.account)
    return True
