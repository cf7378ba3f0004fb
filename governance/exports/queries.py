"""What a lead asked to take along, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import CharField, F, Func

from governance.exports.models import Export
from rollout.kernel import clock, files

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member

KEPT_FOR = timedelta(days=7)


class _JobState(Func):
    template = "(SELECT j.state FROM security.job_state(%(expressions)s) j)"
    output_field = CharField()


@dataclass(frozen=True, slots=True)
class Line:
    """One export as its lead reads it. `state` is ready, waiting or failed; `until` is when the file goes."""

    id: UUID
    requested_at: datetime
    state: str
    until: datetime | None


def exports_of(lead: Member) -> list[Line]:
    """What this lead asked for and is still here, the newest first."""
    return [_line(export) for export in _lately(lead)]


def waiting_export_of(lead: Member) -> Export | None:
    """The one that is being made for this lead."""
    return next((export for export in _lately(lead) if _line(export).state == "waiting"), None)


def file_of(lead: Member, export: UUID) -> Path | None:
    """Where the finished file lies; None when it is not this lead's, not finished, or gone."""
    found = _lately(lead).filter(pk=export, ready_at__isnull=False).first()
    return _there(found) if found else None


def _lately(lead: Member) -> QuerySet[Export]:
    since = clock.now() - KEPT_FOR
    return Export.objects.filter(requested_by_id=lead.pk, requested_at__gt=since).annotate(
        job_state=_JobState(F("job_id"))
    )


def _there(export: Export) -> Path | None:
    path = files.home() / export.path
    return path if path.is_file() else None


def _line(export: Export) -> Line:
    if export.ready_at and _there(export):
        return Line(export.pk, export.requested_at, "ready", export.requested_at + KEPT_FOR)
    # A restored organisation has neither the jobs nor these files.
    job = getattr(export, "job_state", None)
    return Line(export.pk, export.requested_at, "waiting" if job in ("queued", "running") else "failed", None)
