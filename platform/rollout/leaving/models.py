"""Erasures that wait, and those that were carried out lately."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period


class Erasure(models.Model):
    """Somebody's wish to be forgotten. It waits for a week, and can be taken back until then.

    The organisations' databases erase nobody without it: `security.erasing()` looks here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.SETTLED,
        personal="account asked_at due_at done_at stopped_at",
        plain="id",
        whose="account",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(done_at__isnull=True, stopped_at__isnull=True),
                name="erasure_waits_once_per_account",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(stopped_at__isnull=True), name="erasure_done_or_stopped"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
