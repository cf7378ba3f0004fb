"""The shared task: one text, two keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from rollout.kernel import clock
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.projects import permissions
from tenants.projects.content import hash_of_task, plain
from tenants.projects.models import SharedTask

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@transaction.atomic
def write(*, pair: Pair, text: str, by: Member) -> SharedTask:
    """Write the shared task, or change it. A change clears both keys, and nobody outside is shown it any more."""
    pair = pairs.locked(pair.pk, by, permissions.WRITE_TASK)
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_TASK)
    text = plain(text)
    task = SharedTask.objects.select_for_update(of=("self",)).filter(pair=pair).first()
    if task is not None and task.text == text:
        return task
    if task is None:
        task = SharedTask(pair=pair)
    is_new = task._state.adding
    task.text, task.content_hash = text, hash_of_task(text)
    task.edited_by, task.edited_at, task.agreed_at = seat, clock.now(), None
    if is_new:
        task.save(force_insert=True)
    else:
        task.save(update_fields=["text", "content_hash", "edited_by", "edited_at", "agreed_at"])
    audit.record("shared_task.written" if is_new else "shared_task.edited", subject=task, pair=pair.pk)
    return task


@transaction.atomic
def sign(*, task: SharedTask, shown: str, by: Member) -> SharedTask:
    """Add one partner's key to the text that was shown; with the second the task is agreed and the work begins.

    Signing twice is harmless. Two partners at the same moment are one after the other.
    """
    pair = pairs.locked(task.pair_id, by, permissions.SIGN_TASK)
    task, seat = pairs.held(task, by, permissions.SIGN_TASK)
    signing.refuse_another_text(task, shown)
    if signing.has_key(task, seat):
        return task
    signing.add_key(task, seat)
    audit.record("shared_task.signed", subject=task, pair=pair.pk)
    if task.agreed_at is None and signing.both_signed(task):
        task.agreed_at = clock.now()
        task.save(update_fields=["agreed_at"])
        audit.record("shared_task.agreed", subject=task, pair=pair.pk)
        signing.settle_keys()
        pairs.start_work(pair=pair, by=by)
    return task
