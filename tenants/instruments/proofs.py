"""What of the check-ins proves how far a pair has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.instruments.models import Round
from tenants.instruments.shipping import CHECK_INS
from tenants.pairs.evidence import Evidence, counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _check_ins(member: Member) -> QuerySet[Any]:
    found = Round.objects.filter(code__in=CHECK_INS, state=Round.State.REVEALED, replaced_by__isnull=True)
    return counted(found, "check_ins", on="ended_at")


def _starts(member: Member) -> QuerySet[Any]:
    found = Round.objects.filter(code__in=CHECK_INS, state=Round.State.REVEALED, occasion=Round.Occasion.BASELINE)
    return counted(found, "start", on="ended_at")


EVIDENCE = (
    Evidence("start", "under_radar", _("You answer how you start, both of you."), "instruments:rounds", _starts),
    Evidence(
        "check_ins", "evidencing", _("You open two check-ins together."), "instruments:rounds", _check_ins, at_least=2
    ),
)
