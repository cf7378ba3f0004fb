"""Asking for the organisation's data."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from governance.exports.models import Export
from governance.exports.permissions import TAKE_DATA
from governance.exports.queries import waiting_export_of
from governance.exports.tasks import MAKE
from rollout.jobs import queue
from rollout.kernel import clock
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.members.models import Member, Notice

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def take_data(*, language: str, by: Member) -> Export:
    """Ask for a file of what this lead may see. While one is being made, asking again leads to the same one."""
    require(by, TAKE_DATA)
    if (waiting := waiting_export_of(by)) is not None:
        return waiting
    wanted = uuid.uuid4()
    export = Export.objects.create(
        id=wanted,
        requested_by_id=by.pk,
        requested_at=clock.now(),
        language=language,
        job_id=queue.enqueue(MAKE, wanted),
    )
    audit.record("export.requested", subject=export)
    return export


@transaction.atomic
def note_taking(*, export: UUID, by: Member) -> None:
    """Note that the lead took the file, and put away what told of it."""
    require(by, TAKE_DATA)
    Notice.objects.filter(recipient=by, subject_id=export, read_at__isnull=True).update(read_at=clock.now())
    audit.record("export.taken", subject=export)
