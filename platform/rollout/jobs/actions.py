"""What an operator may do about background work."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections

from rollout.jobs import bell
from rollout.kernel.errors import NotPermitted

if TYPE_CHECKING:
    from rollout.accounts.models import Account

logger = logging.getLogger(__name__)


def retry(*, job: UUID, by: Account) -> bool:
    """Try a failed job again from the start. False when it had not failed, or somebody was faster."""
    if not by.is_operator:
        raise NotPermitted("jobs.retry")
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'queued', attempt = 0, error = '', due_at = clock_timestamp(),"
            " finished_at = NULL WHERE id = %s AND state = 'failed'",
            [job],
        )
        again = bool(cursor.rowcount == 1)
    if again:
        logger.info("job %s: tried again by operator %s", job, by.pk)
        bell.ring(job)
    return again
