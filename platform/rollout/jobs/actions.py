"""What an operator may do about background work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections, transaction

from rollout.audit import actions as audit
from rollout.jobs import bell
from rollout.kernel.errors import NotPermitted

if TYPE_CHECKING:
    from rollout.accounts.models import Account


@transaction.atomic(using="platform")
def retry(*, job: UUID, by: Account) -> bool:
    """Try a failed job again from the start. False when it had not failed, or somebody was faster."""
    if not (by.is_operator and by.is_active):
        raise NotPermitted("jobs.retry")
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'queued', attempt = 0, error = '', due_at = clock_timestamp(),"
            " finished_at = NULL WHERE id = %s AND state = 'failed'",
            [job],
        )
        again = bool(cursor.rowcount == 1)
    if again:
        audit.record("job.retried", by=by.pk, subject=job)
        transaction.on_commit(lambda: bell.ring(job), using="platform")
    return again
