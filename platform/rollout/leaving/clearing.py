"""Carrying out how long things are kept. Each function removes what is overdue, and says how much it was."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from rollout.accounts.models import ApiToken, EntryCode, KeptForm, Session, Tries
from rollout.identity.models import AddressChange, FactorReset
from rollout.jobs.models import Job
from rollout.kernel.database import ask_one
from rollout.kernel.keeping import Period
from rollout.kernel.tenancy import BOARD, in_organisation
from rollout.leaving import queries
from rollout.leaving.models import Erasure


def sessions() -> int:
    """Sessions that have run out."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def typed() -> int:
    """What was typed when a session ended and not taken up again in time."""
    return KeptForm.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def momentary() -> int:
    """Ways between hosts that ran out a day ago, and counts of tries whose time is over."""
    codes = EntryCode.objects.filter(expires_at__lt=timezone.now() - Period.DAY.value.length)
    return codes.delete()[0] + Tries.objects.filter(until__lt=timezone.now()).delete()[0]


def settled() -> int:
    """What was settled a month ago: keys, changes of address, erasures, and background work that left no file.

    Failed work waits for an operator. What was done for a board belongs to the board's papers.
    """
    before = timezone.now() - Period.SETTLED.value.length
    over = (
        ApiToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)),
        AddressChange.objects.filter(Q(done_at__lt=before) | Q(stopped_at__lt=before)),
        FactorReset.objects.filter(Q(done_at__lt=before) | Q(stopped_at__lt=before)),
        Erasure.objects.filter(Q(done_at__lt=before) | Q(stopped_at__lt=before)),
        Job.objects.filter(state=Job.State.DONE, result_path="", finished_at__lt=before).exclude(capacity=BOARD),
    )
    return sum(rows.delete()[0] for rows in over)


def downloads() -> int:
    """What people had prepared a week ago: the file and the row."""
    before = timezone.now() - Period.DOWNLOAD.value.length
    rows = Job.objects.filter(kind=queries.COLLECT, finished_at__lt=before)
    for name in rows.values_list("result_path", flat=True):
        if name:
            Path(settings.FILES_DIR, name).unlink(missing_ok=True)
    return rows.delete()[0]


def letters() -> int:
    """Letters that were never sent but kept in a folder, as the demo does it."""
    before = time.time() - Period.LETTER.value.length / timedelta(seconds=1)
    old = [path for path in Path(settings.OUTBOX_DIR).glob("[0-9]*.json") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def in_organisations() -> int:
    """What each organisation keeps for a time only; its database knows what is overdue."""
    removed = 0
    for organisation in queries.organisations_at_work():
        with in_organisation(organisation.place()):
            removed += int(ask_one("remove_overdue"))
    return removed
