"""A hint to the workers of a broker that a job waits. The job row is the truth; a lost hint costs seconds."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

RING = "jobs.ring"


def ring(job: UUID) -> None:
    """Tell the broker about a job, when there is a broker. Its failure is no failure of ours."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        import_string(settings.CELERY_APP).send_task(RING, args=[str(job)], retry=False)
    except Exception as error:  # noqa: BLE001 - the sweep rings again
        logger.warning("job %s: the bell did not ring: %s", job, type(error).__name__)
