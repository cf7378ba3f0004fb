"""How long a job may take, and how much longer it belongs to whoever took it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register
def the_lease_outlives_every_attempt(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Else a job could be taken from somebody who is still at it, and the work of one of the two would be lost."""
    if settings.JOB_LEASE_SECONDS > settings.JOB_SECONDS + settings.JOB_GRACE_SECONDS:
        return []
    return [
        checks.Error(
            "JOB_LEASE_SECONDS is not longer than what an attempt at a job may take.",
            hint="Make it longer than JOB_SECONDS and JOB_GRACE_SECONDS together.",
            id="jobs.E001",
        )
    ]
