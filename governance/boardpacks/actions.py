"""Asking for a pack, once per board, period and language; and asking again when it could not be made."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.boardpacks.models import BoardPack
from governance.boardpacks.permissions import MAKE_PACKS, READ_PACKS
from governance.boardpacks.queries import progress
from governance.boardpacks.tasks import DRAW_AGAIN, MAKE
from governance.boards.models import BoardBody
from rollout.jobs import queue
from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import BOARD
from tenants.audit import actions as audit
from tenants.members.models import Notice

if TYPE_CHECKING:
    from datetime import date

    from tenants.members.models import Member

FAILED = "failed"


@transaction.atomic
def request_pack(*, body: BoardBody, period_start: date, period_end: date, language: str, by: Member) -> BoardPack:
    """Ask for the papers of one board about one period in one language. A job makes them, as the board.

    Asking again leads to the same pack; when it could not be made, it is tried again.
    """
    # The lock puts two clicks in a row. A board that is not theirs to look after cannot be locked.
    found = BoardBody.objects.select_for_update(of=("self",)).filter(pk=body.pk, archived_at__isnull=True).first()
    require(by, MAKE_PACKS, found)
    if found is None:
        raise DomainError("no_such_board", _("This board is not there any more."), status=404)
    if period_end < period_start:
        raise DomainError("period_reversed", _("The last day must not come before the first day."), field="period_end")
    if period_end > clock.today():
        raise DomainError("period_in_future", _("The last day must not lie in the future."), field="period_end")
    same = BoardPack.objects.filter(
        body=found, period_start=period_start, period_end=period_end, language=language
    ).first()
    if same is not None:
        if progress(same).state == FAILED:
            retry(pack=same, by=by)
        return same
    wanted = uuid.uuid4()
    pack = BoardPack.objects.create(
        id=wanted,
        body=found,
        period_start=period_start,
        period_end=period_end,
        language=language,
        requested_by_id=by.pk,
        requested_at=clock.now(),
        job_id=queue.enqueue(MAKE, wanted, as_person=found.pk, as_capacity=BOARD),
    )
    audit.record("pack.requested", subject=pack, body=found.pk)
    return pack


@transaction.atomic
def retry(*, pack: BoardPack, by: Member) -> bool:
    """Try again to make a pack that could not be made. False when it had not failed."""
    require(by, MAKE_PACKS, pack)
    again = pack.job_id is not None and queue.retry(pack.job_id)
    if again:
        audit.record("pack.retried", subject=pack, body=pack.body_id)
    return again


@transaction.atomic
def draw_again(*, pack: BoardPack, by: Member) -> None:
    """Ask for the PDF of an issued pack that has no file, from the same snapshot. Two clicks in a minute are one."""
    require(by, MAKE_PACKS, pack)
    queue.enqueue(DRAW_AGAIN, pack.pk, period=f"{clock.now():%Y%m%d%H%M}", as_person=pack.body_id, as_capacity=BOARD)
    audit.record("pack.draw_again", subject=pack, body=pack.body_id)


@transaction.atomic
def note_reading(*, pack: BoardPack, by: Member) -> None:
    """Note that somebody opened an issued pack, and put away what told them about it."""
    require(by, READ_PACKS, pack)
    ask("log_pack_read", pack.pk)
    Notice.objects.filter(recipient=by, subject_id=pack.pk, read_at__isnull=True).update(read_at=clock.now())
