"""Showing a pair, for the tests that walk through everything: what came after its first things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Role
from tests import world, world_surfacing
from tests.permissions.doors import Door
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import sql

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.pairs.models import Pair
    from tests.permissions.house import Things
    from tests.world_projects import Workshop

WHO = (PARTNER,)
WORD = "Zanzibarquill"
HELP = "Somebody covers one afternoon a week."


def THINGS(shop: Workshop) -> Things:
    """A sponsor who can be asked for the time that is missing among the things of agreeing."""
    return {"sponsor": world.member(shop.organisation, "Sanna Sponsor", Role.SPONSOR).pk}


DOORS = {
    "/pairs/<uuid:pair>/show/ask-for-time/": Door(
        WHO,
        {"pair": "pair"},
        typed=lambda things: {"audience": str(things["sponsor"]), "text": HELP},
        records=("surfacing.support_requested", "surfacing.proposed"),
    ),
}


def CALLS(everything: Any) -> dict[str, Any]:
    """One call of every operation, by the professional."""
    said = {"pair": str(everything.mine.pair.pk), "sponsor": str(everything.rooms["sponsor"]), "text": HELP}
    return {"surfacings_ask_for_time": everything.as_partner("POST", "surfacings/ask-for-time/", said, 201)}


def HIDE(northmoor: Any, pair: Pair, both: tuple[str, str]) -> None:
    """They write a request for support. It is in no package."""
    with acting(northmoor, both[1]) as partner:
        world_surfacing.request_of(pair.pk, partner, WORD)


def ROWS(pair: UUID, seat: UUID) -> None:
    """A row in every table of the room that a partner may write into, besides those of the catalogue."""
    sql("INSERT INTO surfacing_supportrequest (id, pair_id, first_month, last_month, hours_agreed, hours_given, text,"
        " written_by_id, written_at) VALUES (gen_random_uuid(), %s, '2026-01-01', '2026-02-01', 16, 3, 'secret', %s,"
        " now())", pair, seat)  # fmt: skip


SECRETS = {"surfacing.SupportRequest": OF_THE_PAIR}
