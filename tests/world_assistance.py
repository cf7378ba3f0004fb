"""People who take part without a computer, and who helps them, built through the same actions as the pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.accounts.models import Account
from tenants.assistance import actions
from tenants.assistance.models import AssistedSession
from tenants.members.models import Role
from tests import world
from tests.world import inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenants.members.models import Member
    from tests.world_projects import Workshop


def facilitator(shop: Workshop) -> Member:
    """Somebody who holds the office of facilitator."""
    return world.member(shop.organisation, "Fay Facilitator", Role.FACILITATOR)


def named(shop: Workshop, helper: Member, *, by: Member | None = None, by_address: bool = False, **more: Any) -> None:
    """The citizen lets somebody help."""
    person = by or shop.citizen
    whom: dict[str, Any] = {"helper": helper}
    if by_address:
        whom = {"address": Account.objects.get(pk=helper.pk).email}
    with inside(shop.organisation, person):
        actions.name_helper(pair=shop.pair, **whom, **more, by=person)
    with inside(shop.organisation, helper):
        actions.recognise(by=helper)


def sheet(shop: Workshop, *, by: Member | None = None) -> Sequence[tuple[int, str]]:
    """A sheet of codes of the citizen."""
    person = by or shop.citizen
    with inside(shop.organisation, person):
        return actions.make_codes(by=person)


def started(shop: Workshop, helper: Member, *, person: Member | None = None) -> AssistedSession:
    """A half hour with the citizen."""
    helped = person or shop.citizen
    with inside(shop.organisation, helped):
        seat = shop.pair.seats.get(member=helped, left_at__isnull=True)
    with inside(shop.organisation, helper):
        return actions.start(seat_id=seat.pk, confidential=True, by=helper)
