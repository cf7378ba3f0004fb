"""Rounds of a pair in every state, and an instrument that is added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from tenants.instruments import actions
from tenants.instruments.definition import Definition
from tenants.instruments.shipping import contents, shipped
from tenants.members.models import Role
from tenants.members.queries import HATS
from tenants.pairs.models import Pair
from tests.permissions.doors import Door, boxes
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import inside, sql
from tests.world_api import Call
from tests.world_instruments import answered, opened, revealed, values_of

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tests.world_projects import Workshop

PARTNER, LEAD = ("partner",), ("provider_lead",)
UNTIL_BOTH = "nobody learns that one has answered before both have"
ITEMS = values_of(shipped()["check_in", 1])
NEW = {**contents()["dialogue", 1], "version": 2}


def _things(shop: Workshop) -> dict[str, Any]:
    asked = opened(shop)
    read = revealed(shop, "dialogue")
    with inside(shop.organisation, shop.professional):
        actions.remark(round=read, text="A remark", by=shop.professional)
    kept = opened(shop, "power_map")
    answered(shop, kept, shop.professional, keeps_sealed=True)
    answered(shop, kept, shop.citizen)
    answered(shop, opened(shop, "capability"), shop.professional)
    with inside(shop.organisation, shop.professional):
        (answer,) = sql("SELECT id FROM instruments_answer WHERE round_id = %s", kept.pk)[0]
    return {
        "round_open": asked.pk, "round_revealed": read.pk, "round_kept": kept.pk, "answer": answer,
    }  # fmt: skip


THINGS = _things

_ROUNDS = "/pairs/<uuid:pair>/questions"
_ONE = f"{_ROUNDS}/<uuid:pk>"
_OPEN, _REVEALED = {"pair": "pair", "pk": "round_open"}, {"pair": "pair", "pk": "round_revealed"}
DOORS: dict[str, Door] = {
    f"{_ROUNDS}/": Door(PARTNER, {"pair": "pair"}),
    f"{_ROUNDS}/open/": Door(
        PARTNER,
        {"pair": "pair"},
        typed=lambda things: {"instrument": "check_in", "occasion": "regular", "about": "", **boxes("closes_on", -9)},
        records=("round.opened",),
    ),
    f"{_ROUNDS}/mine/": Door(PARTNER, {"pair": "pair"}),
    f"{_ROUNDS}/over-time/": Door(PARTNER, {"pair": "pair"}),
    f"{_ONE}/": Door(PARTNER, _REVEALED),
    f"{_ONE}/answer/": Door(
        PARTNER, _OPEN, typed={f"item_{key}": value for key, value in ITEMS.items()}, silent=UNTIL_BOTH
    ),
    f"{_ONE}/close/": Door(PARTNER, _OPEN, records=("round.closed",)),
    f"{_ONE}/show/": Door(PARTNER, {"pair": "pair", "pk": "round_kept"}, records=("round.revealed",)),
    f"{_ONE}/again/": Door(PARTNER, _REVEALED, records=("round.opened",)),
    f"{_ONE}/remark/": Door(PARTNER, _REVEALED, typed={"text": "Let us talk."}, records=("round.remarked",)),
    "/instruments/": Door(LEAD),
    "/instruments/add/": Door(
        LEAD,
        typed={"content": json.dumps(NEW), "publish": "yes"},
        records=("instrument.published",),
    ),
}

_OWN = frozenset({"partner"})
MAY: dict[str, frozenset[str]] = {
    "instruments.answer_round": _OWN,
    "instruments.close_round": _OWN,
    "instruments.open_round": _OWN,
    "instruments.publish_instrument": frozenset({Role.PROVIDER_LEAD}),
    "instruments.read_instruments": frozenset(HATS),
    "instruments.read_rounds": _OWN,
    "instruments.remark_round": _OWN,
}


def _calls(everything: Any) -> dict[str, Call]:
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    asked, read = f"rounds/{things['round_open']}/", f"rounds/{things['round_revealed']}/"
    lead = everything.provider_lead
    return {
        "instruments_list": call("GET", "instruments/"),
        "instruments_retrieve": call("GET", f"instruments/{Definition.id_of('check_in', 1)}/"),
        "instruments_create": Call(
            lead, "POST", "instruments/", {"content": NEW}, 201, Role.PROVIDER_LEAD, rival=everything.finance
        ),
        "rounds_list": call("GET", f"rounds/?pair={pair}&code=check_in"),
        "rounds_retrieve": call("GET", asked),
        "rounds_create": call("POST", "rounds/", {"pair": pair, "code": "dialogue", "about": "Tuesday"}, 201),
        "rounds_answer": call("POST", f"{asked}answer/", {"values": ITEMS, "lines": {"trust": "It grows."}}),
        "rounds_close": call("POST", f"{asked}close/"),
        "rounds_show": call("POST", f"rounds/{things['round_kept']}/show/"),
        "rounds_again": call("POST", f"{read}again/", status=201),
        "rounds_remark": call("POST", f"{read}remark/", {"text": "Let us talk."}, 201),
        "answers_list": call("GET", f"answers/?pair={pair}&round={things['round_revealed']}"),
        "answers_retrieve": call("GET", f"answers/{things['answer']}/"),
    }


CALLS = _calls
FOR_ALL = {"instruments_retrieve": "every member may read the questions"}
SILENT = {"rounds_answer": UNTIL_BOTH}


def _hide(organisation: Organisation, pair: Pair, both: tuple[str, str]) -> None:
    words = {"lines": {"trust": "Zanzibarquill trust"}}
    with acting(organisation, both[0]) as one:
        held = Pair.objects.get(pk=pair.pk)
        read = actions.open_round(pair=held, code="check_in", occasion="baseline", about="Zanzibarquill start", by=one)
        asked = actions.open_round(pair=held, code="check_in", about="Zanzibarquill now", by=one)
        actions.answer(round=asked, values=ITEMS, **words, by=one)
    for email in both:
        with acting(organisation, email) as partner:
            actions.answer(round=read, values=ITEMS, **words, by=partner)
    with acting(organisation, both[1]) as other:
        actions.remark(round=read, text="Zanzibarquill remark", by=other)


HIDE = _hide


def _rows(pair: UUID, seat: UUID) -> None:
    citizen = sql("SELECT id FROM pairs_seat WHERE pair_id = %s AND side = 'citizen'", pair)[0][0]
    sql("INSERT INTO instruments_round (id, pair_id, code, version, occasion, about, state, citizen_seat_id,"
        " professional_seat_id, opened_by_id, opened_at, closes_at) VALUES (gen_random_uuid(), %s, 'check_in', 1,"
        " 'regular', 'secret', 'open', %s, %s, %s, now(), now() + interval '9 days')",
        pair, citizen, seat, seat)  # fmt: skip
    sql("INSERT INTO instruments_answer (id, pair_id, round_id, seat_id, sealed, keeps_sealed, given_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'secret', false, now() FROM instruments_round", seat)  # fmt: skip


ROWS = _rows

SECRETS = {"instruments.Round": OF_THE_PAIR, "instruments.Remark": OF_THE_PAIR}
OPEN_MODELS = {
    "instruments.Instrument": "every member may read it",
    "instruments.Answer": "sealed for its row: a word put there by hand could not be opened; what is in it is looked"
    " for as the words of the hidden pair",
}
OPEN_FIELDS = {"instruments.Round.code": "names an instrument of the house"}
NO_PAGES = {"organisation /pairs/<uuid:pair>/questions/mine/": "a file"}
WRITTEN = ("about",)
