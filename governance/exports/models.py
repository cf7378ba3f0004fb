"""What a rollout lead took along of the organisation's data, while the file is there."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, Empty, Mine, Privacy
from tenants.members.privacy import office

_OWN = Mine("requested_by_id") & Capacity("rollout_lead")


class Export(models.Model):
    """One file that a rollout lead asked for. Made by a job as that lead, and removed by another a week later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_by_id = models.UUIDField()
    requested_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    job_id = models.UUIDField()
    path = models.CharField(max_length=200, blank=True)
    sha = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True)

    keeping = Keeping(
        Period.DOWNLOAD,
        personal="requested_by_id requested_at language ready_at",
        plain="id job_id path sha",
        whose="requested_by_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                name="export_ready_iff_file",
                condition=Q(ready_at__isnull=True, path="", sha="")
                | (Q(ready_at__isnull=False) & ~Q(path="") & ~Q(sha="")),
            ),
            Privacy(
                see=_OWN,
                add=_OWN & office("rollout_lead") & Empty("ready_at"),
                change=_OWN,
                remove=_OWN,
                fields=("path", "sha", "ready_at"),
                readers="only_you",
                name="export_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.requested_at)
