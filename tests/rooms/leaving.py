"""Leaving a pair, coming back, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel import clock
from tenants.pairs import actions
from tenants.pairs.models import LeavingReason, Pair
from tenants.pairs.queries import seat_of
from tests import world
from tests.privacy.secrets_of import OF_ONE, ONE, Secret
from tests.world import inside, sql
from tests.world_api import Call

if TYPE_CHECKING:
    from tests.world_projects import Workshop


def THINGS(shop: Workshop) -> dict[str, Any]:
    """A pair whose partner left, and one that I left an hour ago."""
    me, here = shop.professional, shop.organisation
    made = {}
    for name, leaver in (("pair_left_alone", 1), ("pair_i_left", 0)):
        pair = world.founded(here, me, title="Somebody left")
        other = world.joined(here, pair, me, "Lou Leaver")
        with inside(here, (me, other)[leaver]):
            actions.leave(pair=Pair.objects.get(pk=pair), reason="In their own words", by=(me, other)[leaver])
        made[name] = pair
    return made


def CALLS(everything: Any) -> dict[str, Call]:
    """One call of each operation."""
    call, things = everything.as_partner, everything.rooms
    alone, left = f"pairs/{things['pair_left_alone']}/", f"former-pairs/{things['pair_i_left']}/"
    return {
        "pairs_close": call("POST", f"{alone}close/"),
        "pairs_separate": call("POST", f"{alone}separate/", status=204),
        "former_pairs_list": call("GET", "former-pairs/"),
        "former_pairs_come_back": call("POST", f"{left}return/", status=204),
        "former_pairs_release": call("POST", f"{left}release/", status=204),
    }


def ROWS(pair: Any, seat: Any) -> None:
    """A reason of the professional."""
    sql(
        "INSERT INTO pairs_leavingreason (id, pair_id, seat_id, member_id, text, given_at)"
        " SELECT gen_random_uuid(), %s, %s, member_id, 'secret', now() FROM pairs_seat WHERE id = %s",
        pair, seat, seat,
    )  # fmt: skip


def HIDE(organisation: Any, pair: Pair, both: tuple[str, str]) -> None:
    """The one in no list once wrote why she wanted to leave, and stayed."""
    with acting(organisation, both[1]) as writer:
        LeavingReason.objects.create(
            pair=pair, seat=seat_of(writer, pair.pk), member=writer, text="Zanzibarquill", given_at=clock.now()
        )


SILENT = {"former_pairs_release": "its entry stands in the record of the pair, which one has left"}
SECRETS = {"pairs.LeavingReason": Secret(f"member_id = {OF_ONE}", ONE)}
WRITTEN = {"text"}
