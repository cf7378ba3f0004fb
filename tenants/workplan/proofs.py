"""What of the project proves how far a pair has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.pairs.evidence import Evidence, counted
from tenants.workplan.models import ProjectFrame

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _frames(member: Member) -> QuerySet[Any]:
    return counted(ProjectFrame.objects.filter(active_since__isnull=False), "project", on="active_since")


EVIDENCE = (
    Evidence("project", "evidencing", _("You sign an aim that can be measured, and why."), "workplan:frame", _frames),
)
