"""What of the work proves how far a pair has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.pairs.evidence import Evidence, counted
from tenants.projects.models import Decision, ResultClaim, SharedTask

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _tasks(member: Member) -> QuerySet[Any]:
    return counted(SharedTask.objects.filter(agreed_at__isnull=False), "shared_task", on="agreed_at")


def _decisions(member: Member) -> QuerySet[Any]:
    return counted(Decision.objects.filter(proposed_at__isnull=False), "decision", on="proposed_at")


def _claimed(member: Member) -> QuerySet[Any]:
    return counted(ResultClaim.objects.filter(claimed_at__isnull=False), "result_claimed", on="claimed_at")


def _confirmed(member: Member) -> QuerySet[Any]:
    found = ResultClaim.objects.filter(corroborated_at__isnull=False)
    return counted(found, "result_confirmed", on="corroborated_at")


EVIDENCE = (
    Evidence("shared_task", "under_radar", _("Both of you sign your shared task."), "projects:task", _tasks),
    Evidence("decision", "evidencing", _("You propose a first decision."), "projects:decision-list", _decisions),
    Evidence(
        "result_claimed", "evidencing", _("You write down a result with its start value and both sign it."),
        "projects:result-list", _claimed,
    ),
    Evidence(
        "result_confirmed", "ready", _("Somebody independent confirms a result."), "projects:result-list", _confirmed
    ),
)  # fmt: skip
