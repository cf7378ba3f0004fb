"""Background work. The job row is the truth; a broker only rings the bell."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period


class Job(models.Model):
    """One piece of work for one organisation: ids and times, never content.

    Made through `security.enqueue` in the transaction of the act that asks for it.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    period = models.CharField(max_length=40, blank=True)
    person = models.UUIDField(null=True)
    capacity = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    result_sha = models.CharField(max_length=64, blank=True)
    result_path = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    keeping = Keeping(
        Period.SETTLED,
        personal="person organisation kind capacity state created_at due_at claimed_at finished_at",
        plain="id key period attempt lease_until token result_sha result_path error",
        whose="person",
        fate=Fate.STAYS,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "key", "period"], name="job_once_per_work"),
            models.CheckConstraint(
                name="job_running_iff_leased",
                condition=(Q(state="running") & Q(lease_until__isnull=False) & Q(token__isnull=False))
                | (~Q(state="running") & Q(lease_until__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at"], name="job_waiting", condition=Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["organisation"], name="job_running", condition=Q(state="running")),
            models.Index(fields=["organisation", "claimed_at"], name="job_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Sweep(models.Model):
    """One row: when waiting jobs were last looked after. Old means that nobody is working."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    swept_at = models.DateTimeField()

    keeping = Keeping(Period.INSTALLATION, plain="id swept_at")

    class Meta:
        constraints = [models.CheckConstraint(name="sweep_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.swept_at.isoformat()
