"""Asking for what is one's own, and asking to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.accounts import limits
from rollout.accounts.models import Account, ApiToken, Session
from rollout.audit import actions as audit
from rollout.jobs import queue
from rollout.kernel.database import ask_one
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.leaving import queries
from rollout.leaving.models import Erasure
from rollout.leaving.rendering import archive

if TYPE_CHECKING:
    from rollout.leaving.queries import Download

ONCE_IN = limits.Limit("download.person", 3, 60 * limits.MINUTES)


def prepare(*, account: Account, by: Account) -> int:
    """Ask each organisation that knows this person for what is theirs there; how many do.

    The work is asked for inside the organisation, as that person, so that the job reads as they may and no further.
    """
    _own(account, by, "leaving.prepare")
    if not limits.take(ONCE_IN, str(account.pk)):
        raise DomainError("too_often", _("You have asked three times in this hour. Wait a while, then ask again."))
    asked, found = f"{timezone.now():%Y%m%dT%H%M%S%f}", 0
    for organisation in queries.organisations_at_work():
        with queries.inside_as(account, organisation):
            if not ask_one("takes_along"):
                continue
            queue.enqueue(queries.COLLECT, account.pk, period=asked)
            if not found:
                queue.enqueue(queries.LETTER, account.pk, period=asked)
            found += 1
    audit.record("account.download_asked", by=by.pk)
    return found


@transaction.atomic(using="platform")
def take_account(*, account: Account, heading: str, by: Account) -> bytes:
    """What the service keeps of the account itself, as one file. It is made on the spot and kept nowhere."""
    _own(account, by, "leaving.take")
    content = archive(heading=heading, parts=queries.account_parts(account), made_at=timezone.now())
    audit.record("account.download_taken", by=by.pk)
    return content


@transaction.atomic(using="platform")
def take(*, account: Account, download: Download, by: Account) -> bytes:
    """The file that was prepared in one organisation."""
    _own(account, by, "leaving.take")
    if download.path is None:
        raise DomainError("gone", _("This file is not there any more."), status=404)
    content = download.path.read_bytes()
    audit.record("account.download_taken", by=by.pk, subject=download.id)
    return content


@transaction.atomic(using="platform")
def ask_to_be_forgotten(*, account: Account, by: Account) -> Erasure:
    """Ask for erasure. It waits for a week; every browser is signed out and every key taken back at once.

    Whoever is an organisation's only rollout lead gives that office on first.
    """
    _own(account, by, "leaving.erase")
    Account.objects.select_for_update().get(pk=account.pk)
    waiting = queries.waiting_erasure(account)
    if waiting is not None:
        return waiting
    if alone := queries.led_alone(account):
        raise DomainError(
            "leads_alone",
            _("You are the only rollout lead of %(organisations)s. Give this office to somebody else first.")
            % {"organisations": get_text_list([*alone], gettext("and"))},
        )
    now = timezone.now()
    asked = Erasure.objects.create(account=account, asked_at=now, due_at=queries.has_changed_mind_until(now))
    ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=now)
    Session.objects.filter(account=account).delete()
    audit.record("account.erasure_asked", by=by.pk, subject=account.pk)
    return asked


@transaction.atomic(using="platform")
def stay(*, account: Account, by: Account) -> None:
    """Take the wish back: the account stays as it is. Doing it twice is harmless."""
    _own(account, by, "leaving.erase")
    waiting = Erasure.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True)
    if waiting.update(stopped_at=timezone.now()):
        audit.record("account.erasure_stopped", by=by.pk, subject=account.pk)


def _own(account: Account, by: Account, act: str) -> None:
    if account.pk != by.pk:
        raise NotPermitted(act)
