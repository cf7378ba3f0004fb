"""What of working together proves how far a pair has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.agreement.models import PrincipleVersion, State, TimeAgreement
from tenants.pairs.evidence import Evidence, counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _principles(member: Member) -> QuerySet[Any]:
    return counted(PrincipleVersion.objects.filter(state=State.AGREED), "principles", on="agreed_at")


def _time(member: Member) -> QuerySet[Any]:
    return counted(TimeAgreement.objects.filter(state=State.AGREED), "time_agreement", on="agreed_at")


EVIDENCE = (
    Evidence(
        "principles", "under_radar", _("You sign three working principles."), "agreement:principles", _principles,
        at_least=3,
    ),
    Evidence("time_agreement", "under_radar", _("You sign how much time you give."), "agreement:time", _time),
)  # fmt: skip
