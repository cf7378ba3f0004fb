"""To whom a pair shows itself, as steps of its journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from tenants.disclosure.models import Audience, DisclosureGrant, RowClass
from tenants.pairs.evidence import Evidence, counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _live(*audiences: Audience) -> QuerySet[DisclosureGrant]:
    return DisclosureGrant.objects.filter(
        row_class=RowClass.PAIR, audience__in=audiences, ended_at__isnull=True, valid_from__lte=clock.now()
    )


def _to_sponsor(member: Member) -> QuerySet[Any]:
    # Whoever shows themselves to the organisation shows themselves to its sponsors as well.
    return counted(_live(Audience.SPONSOR, Audience.ORGANISATION), "shown_to_sponsor", on="valid_from")


def _to_organisation(member: Member) -> QuerySet[Any]:
    return counted(_live(Audience.BOARD, Audience.ORGANISATION), "shown_in_organisation", on="valid_from")


EVIDENCE = (
    Evidence(
        "shown_to_sponsor", "sponsor_aware", _("Both of you sign to show yourselves to a sponsor."), "surfacing:show",
        _to_sponsor,
    ),
    Evidence(
        "shown_in_organisation", "org_visible",
        _("Both of you sign to show yourselves to the organisation or a board. 72 hours pass."), "surfacing:show",
        _to_organisation,
    ),
)  # fmt: skip
