"""What was done around the organisations: signing in, second factors, the operators' acts. One chain for all."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period


class Event(models.Model):
    """One act, chained to the one before it. Written by the database's own function, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    keeping = Keeping(
        Period.RECORD,
        personal="at actor_id action subject_id detail",
        plain="id seq previous hash",
        whose="actor_id",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-seq"]

    def __str__(self) -> str:
        return self.action


class Head(models.Model):
    """Where the chain ends: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    keeping = Keeping(Period.RECORD, plain="id seq hash")

    class Meta:
        constraints = [models.CheckConstraint(name="platform_head_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.seq)
