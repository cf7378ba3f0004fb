"""Changing an account's address: by its person at once, by an operator after a week. Never by anybody else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account, Session
from rollout.audit import actions as audit
from rollout.identity import letters
from rollout.identity.models import AddressChange, SheetCode
from rollout.kernel.addresses import normal_address
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import plain_code

if TYPE_CHECKING:
    from uuid import UUID

WAIT = dt.timedelta(days=7)


def waiting_change(account: Account) -> AddressChange | None:
    """The change that an operator was asked for and that still waits."""
    return AddressChange.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True).first()


@transaction.atomic(using="platform")
def change_address(*, account: Account, address: str, keep: Session | None, by: Account) -> None:
    """Take another address, or a first one, which its person was shown to read. Every session but `keep` ends, and so
    does the sheet of codes of who had none.
    """
    if account.pk != by.pk:
        raise NotPermitted("identity.change_address")
    _give(account.pk, address, keep=keep)
    AddressChange.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True).update(
        stopped_at=timezone.now()
    )
    audit.record("account.address_changed", by=by.pk, subject=account.pk)


@transaction.atomic(using="platform")
def ask_for_change(*, old: str, new: str, by: Account) -> AddressChange:
    """Ask for another address for somebody who lost theirs. It happens in a week unless they stop it.

    `old` is the account's address, or its number: who has no address reads of the change on every page.
    """
    if not (by.is_operator and by.is_active):
        raise NotPermitted("identity.change_address")
    named = Q(email=normal_address(old)) | Q(number=plain_code(old))
    account = Account.objects.select_for_update().filter(named, is_active=True).first()
    if account is None:
        raise DomainError("unknown_address", _("There is no account with this address or number."), field="old")
    if Account.objects.filter(email=normal_address(new)).exists():
        raise DomainError("address_taken", _("Another account has this address."), field="new")
    if waiting_change(account) is not None:
        raise DomainError("already_asked", _("A change is waiting for this account already."), field="old")
    now = timezone.now()
    asked = AddressChange.objects.create(
        account=account, address=normal_address(new), asked_by=by, asked_at=now, due_at=now + WAIT
    )
    audit.record("account.address_change_asked", by=by.pk, subject=account.pk)
    return asked


@transaction.atomic(using="platform")
def stop_change(*, account: Account, by: Account) -> None:
    """Stop what an operator was asked for. Stopping twice is harmless."""
    if account.pk != by.pk:
        raise NotPermitted("identity.change_address")
    waiting = AddressChange.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True)
    if waiting.update(stopped_at=timezone.now()):
        audit.record("account.address_change_stopped", by=by.pk, subject=account.pk)


def make_due_changes() -> int:
    """Make the changes whose week is over; how many. Meant to run every few seconds from anywhere."""
    due = AddressChange.objects.filter(due_at__lte=timezone.now(), done_at__isnull=True, stopped_at__isnull=True)
    return sum(_make(change) for change in due.values_list("pk", flat=True)[:50])


def _make(pk: UUID) -> bool:
    with transaction.atomic(using="platform"):
        change = (
            AddressChange.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("account")
            .filter(pk=pk, done_at__isnull=True, stopped_at__isnull=True)
            .first()
        )
        if change is None:
            return False
        old = change.account.email
        try:
            _give(change.account_id, change.address, keep=None)
        except DomainError:  # somebody else has the address by now
            change.stopped_at = timezone.now()
            change.save(update_fields=["stopped_at"])
            return False
        change.done_at = timezone.now()
        change.save(update_fields=["done_at"])
        audit.record("account.address_changed", by=change.asked_by_id, subject=change.account_id, after_days=WAIT.days)
    letters.address_changed(change.account, old)
    return True


def _give(account: UUID, address: str, *, keep: Session | None) -> None:
    try:
        with transaction.atomic(using="platform"):
            changed = Account.objects.filter(pk=account, is_active=True).update(email=normal_address(address))
    except IntegrityError:
        changed = 0
    if not changed:
        raise DomainError("address_taken", _("Another account has this address."), field="address")
    SheetCode.objects.filter(account=account).delete()
    Session.objects.filter(account=account).exclude(pk=keep.pk if keep else "").delete()
