"""Asking for practice jobs the way an app does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from rollout.jobs import queue
from rollout.jobs.models import Job
from rollout.jobs.work import Task
from rollout.kernel.tenancy import in_organisation
from tenants.audit import actions as audit
from tests.world import inside, sql

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

KIND = "practice.note"


def ask(organisation: Organisation, who: Member, *keys: Any, kind: str = KIND, **more: Any) -> list[UUID]:
    """Jobs of these keys, each asked for in one transaction."""
    with inside(organisation, who):
        return [queue.enqueue(kind, key, **more) for key in keys]


def note(task: Task) -> None:
    """A short job that leaves exactly one trace, and finishes with it."""
    with in_organisation(task.place()):
        audit.record("practice.noted", subject=task.id)
        task.finish()


def traces(organisation: Organisation, job: UUID, who: Member, action: str = "practice.noted") -> int:
    """How many traces a job left in the organisation."""
    with inside(organisation, who, "rollout_lead"):
        return int(sql("SELECT count(*) FROM audit_event WHERE subject_id = %s AND action = %s", job, action)[0][0])


def go_silent(job: UUID) -> None:
    """As if the worker that has this job had stopped answering longer ago than its lease."""
    Job.objects.filter(pk=job).update(lease_until=timezone.now() - timedelta(seconds=1))


def make_due(job: UUID) -> None:
    """As if the pause after a failure were over."""
    Job.objects.filter(pk=job).update(due_at=F("created_at"))
