"""What of the project the two partners can talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.workplan import queries

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.conversations.subjects import Find, Found
    from tenants.members.models import Member


def frame(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """The aim and the reasons."""
    found = queries.frames_for(member).filter(pair_id=pair, pk=pk).exists()
    return (_("Aim and reasons"), reverse("workplan:frame", args=[pair])) if found else None


def measure(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One measure."""
    found = queries.measures_for(member, pair).filter(pk=pk).first()
    return (found.name, reverse("workplan:measure", args=[pair, pk])) if found else None


def person(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """Somebody who matters for the project."""
    found = queries.people_for(member, pair).filter(pk=pk).first()
    return (found.name, reverse("workplan:person", args=[pair, pk])) if found else None


def task(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One task of the plan."""
    found = queries.tasks_for(member, pair).filter(pk=pk).first()
    return (found.text, reverse("workplan:plan", args=[pair])) if found else None


def milestone(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One point on the way."""
    found = queries.milestones_for(member, pair).filter(pk=pk).first()
    return (found.text, reverse("workplan:plan", args=[pair])) if found else None


def file(member: Member, pair: UUID, pk: UUID) -> Found | None:
    """One file, also when it was taken away."""
    found = queries.files_for(member, pair).filter(pk=pk).first()
    return (found.title, reverse("workplan:files", args=[pair])) if found else None


TALKS: dict[str, Find] = {
    "project": frame, "measure": measure, "person": person, "plantask": task, "milestone": milestone, "file": file,
}  # fmt: skip
