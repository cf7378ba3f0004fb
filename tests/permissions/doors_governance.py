"""The doors of boards, packs and the report: each once for every hat that reads or makes them."""

from __future__ import annotations

from governance.hats import MAKERS, READERS, SLUGS
from tests.permissions.doors import Door, boxes
from tests.permissions.house import OTHER, Things

NOTED = {
    "boardpacks_packread": "who opened a paper is noted",
    "members_notice": "what told of the paper is put away",
}
DRAWN_LATER = ("pack.draw_again",)


def _period(things: Things) -> dict[str, object]:
    return {**boxes("period_start", 100), **boxes("period_end", 3), "language": "en"}


def _reading(hat: str) -> dict[str, Door]:
    slug = SLUGS[hat]
    # A rollout lead reads the papers of every board.
    seen: tuple[str, ...] = (OTHER,) if hat == "rollout_lead" else ()
    return {
        f"/boards/packs/{slug}/<uuid:pk>/": Door((hat,), {"pk": "pack"}, leaves=NOTED, shared=seen),
        f"/boards/packs/{slug}/<uuid:pk>/pdf/": Door((hat,), {"pk": "pack"}, leaves=NOTED, shared=seen),
        f"/report/{slug}/": Door((hat,)),
        f"/pairs/shown/{slug}/<uuid:pair>/": Door((hat,), {"pair": "shown"}),
    }


def _making(hat: str) -> dict[str, Door]:
    slug = SLUGS[hat]
    manage, packs, one = f"/boards/manage/{slug}", f"/boards/packs/{slug}", {"pk": "board"}
    seen: tuple[str, ...] = (OTHER,) if hat == "rollout_lead" else ()
    return {
        f"{manage}/": Door((hat,)),
        f"{manage}/new/": Door((hat,), typed={"name": "Safety committee"}, records=("board.made",)),
        f"{manage}/<uuid:pk>/": Door((hat,), one, shared=seen),
        f"{manage}/<uuid:pk>/add/": Door(
            (hat,),
            one,
            typed=lambda things: {"member": things["director"], "kind": "executive"},
            records=("board.member_seated",),
            shared=seen,
        ),
        f"{manage}/<uuid:pk>/sponsor/": Door(
            (hat,), one, typed={"sponsor": ""}, records=("board.sponsor_chosen",), shared=seen
        ),
        f"{manage}/<uuid:pk>/archive/": Door((hat,), one, records=("board.archived",), shared=seen),
        f"{manage}/places/<uuid:pk>/end/": Door((hat,), {"pk": "place"}, records=("board.member_left",), shared=seen),
        f"{packs}/": Door((hat,)),
        f"{packs}/new/<uuid:body>/": Door(
            (hat,), {"body": "board"}, typed=_period, records=("pack.requested",), shared=seen
        ),
        f"{packs}/<uuid:pk>/progress/": Door((hat,), {"pk": "pack_waiting"}, shared=seen),
        f"{packs}/<uuid:pk>/retry/": Door((hat,), {"pk": "pack_failed"}, records=("pack.retried",), shared=seen),
        f"{packs}/<uuid:pk>/draw/": Door((hat,), {"pk": "pack_bare"}, records=DRAWN_LATER, shared=seen),
    }


GOVERNANCE: dict[str, Door] = {
    "/boards/home/": Door(("board_member",)),
    "/boards/secretary/": Door(("board_secretary",)),
    # It only leads on: whether there is such a pack is said where it leads.
    "/boards/packs/<uuid:pk>/": Door(
        tuple(map(str, READERS)),
        {"pk": "pack"},
        get=302,
        missing={**dict.fromkeys(map(str, READERS), 302), "else": 404},
    ),
    "/report/": Door(("sponsor",)),
}
for _hat in READERS:
    GOVERNANCE |= _reading(str(_hat))
for _hat in MAKERS:
    GOVERNANCE |= _making(str(_hat))
