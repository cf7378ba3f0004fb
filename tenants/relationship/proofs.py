"""What of the relationship proves how far a pair has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.pairs.evidence import Evidence, counted
from tenants.relationship.models import DifferenceItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _heard(member: Member) -> QuerySet[Any]:
    return counted(DifferenceItem.objects.filter(heard_at__isnull=False), "heard", on="heard_at")


EVIDENCE = (
    Evidence(
        "heard", "evidencing", _("One of you is heard on something where you differ."),
        "relationship:difference-list", _heard,
    ),
)  # fmt: skip
