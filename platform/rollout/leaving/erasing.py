"""Carrying an erasure out: in every organisation as that person, then in the account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from rollout.accounts import outbox
from rollout.accounts.models import Account
from rollout.audit import actions as audit
from rollout.jobs.models import Job
from rollout.kernel import files as stored
from rollout.kernel.database import ask
from rollout.kernel.keeping import Fate
from rollout.leaving import letters, queries
from rollout.leaving.models import Erasure

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation


def carry_out_due() -> int:
    """Carry out the erasures whose week is over; how many. Whatever was interrupted is done again from the start."""
    due = Erasure.objects.filter(due_at__lte=timezone.now(), done_at__isnull=True, stopped_at__isnull=True)
    return sum(_carry_out(pk) for pk in due.values_list("pk", flat=True))


def _carry_out(pk: UUID) -> bool:
    files: list[Path] = []
    with transaction.atomic(using="platform"):
        erasure = (
            Erasure.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("account")
            .filter(pk=pk, done_at__isnull=True, stopped_at__isnull=True)
            .first()
        )
        everywhere = queries.every_organisation()
        if erasure is None or everywhere is None:  # somebody else does it, or an update has to end first
            return False
        account, address = erasure.account, erasure.account.email or ""
        language = account.language or settings.LANGUAGE_CODE
        if queries.led_alone(account):
            erasure.stopped_at = timezone.now()
            erasure.save(update_fields=["stopped_at"])
            audit.record("account.erasure_refused", by=account.pk, subject=account.pk)
            is_done = False
        else:
            for organisation in everywhere:
                files += _forget_in(organisation, account)
            files += _empty(account)
            erasure.done_at = timezone.now()
            erasure.save(update_fields=["done_at"])
            audit.record("account.erased", by=account.pk, subject=account.pk)
            is_done = True
    for path in files:
        path.unlink(missing_ok=True)
    if is_done:
        letters.erased(address, language)
        outbox.forget(address)
    else:
        letters.erasure_refused(address, language)
    return is_done


def _forget_in(organisation: Organisation, account: Account) -> list[Path]:
    """Each organisation's part stands by itself: what is done is done, and doing it again is harmless."""
    with queries.inside_as(account, organisation):
        return [stored.home() / name for (name,) in ask("erase_person", json.dumps(_words()))]


def _words() -> dict[str, str]:
    """What stands in issued papers in place of the name, by the paper's language."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = gettext("Somebody who has left")
    return said


def _empty(account: Account) -> list[Path]:
    """Take everything from an account but its id. The files that were prepared for the person go as well."""
    Account.objects.select_for_update().get(pk=account.pk)
    prepared = Job.objects.filter(person=account.pk, kind__in=(queries.COLLECT, queries.LETTER))
    files = [Path(settings.FILES_DIR, name) for name in prepared.values_list("result_path", flat=True) if name]
    prepared.delete()
    for model, keeping in queries.models_about(public=True):
        if keeping.fate == Fate.REMOVED:
            model._default_manager.filter(**{keeping.whose: account.pk}).delete()
    now = timezone.now()
    Account.objects.filter(pk=account.pk).update(
        email=None,
        number=None,
        password=make_password(None),
        language="",
        last_login=None,
        is_active=False,
        is_operator=False,
        created_at=now,
        erased_at=now,
    )
    return files
