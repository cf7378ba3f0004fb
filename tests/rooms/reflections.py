"""What looking back and learning add to the tests that walk through everything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rollout.demo.stage import acting
from rollout.kernel import clock
from tenants.members.models import Role
from tenants.pairs.models import Pair
from tenants.reflections import permissions
from tenants.reflections.actions import learning, own, together
from tests import world
from tests.permissions.doors import Door, boxes
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import inside, sql
from tests.world_api import Call

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tests.permissions.house import Things
    from tests.world_api import Everything
    from tests.world_projects import Workshop

PARTNER = ("partner",)
WORDS = "We listened more this month. I still speak first."
PASSAGE = "I still speak first."
ONLY_MINE = "an entry would tell others that somebody writes for themselves"


def made(shop: Workshop) -> Things:
    """Something of every kind: one's own with a shared passage, a time together that is open, a chart."""
    me, other = shop.partners
    north, found = shop.organisation, {}
    with inside(north, other):
        his = own.write(text="What he keeps for himself.", by=other)
        own.share(reflection=his, pair=shop.pair, passage="keeps for himself", by=other)
    helper = world.member(north, "Fern Facilitator", Role.FACILITATOR)
    with inside(north, me):
        mine = own.write(text=WORDS, by=me)
        own.show(reflection=mine, facilitator=helper, passage=PASSAGE, by=me)
        passage = own.share(reflection=mine, pair=shop.pair, passage=PASSAGE, by=me)
        first = together.plan(pair=shop.pair, on=clock.today(), by=me)
        together.write_part(slot=first, text="My part of the first time.", by=me)
        first = together.write(slot=first, text="We said this together.", by=me)
        together.sign(slot=first, shown=first.content_hash, by=me)
    with inside(north, other):
        together.write_part(slot=first, text="His part of the first time.", by=other)
        together.sign(slot=first, shown=first.content_hash, by=other)
    with inside(north, me):
        slot = together.plan(pair=shop.pair, on=clock.today(), by=me)
        slot = together.write(slot=slot, text="We say this now.", by=me)
        row = learning.write(
            pair=shop.pair, text="Letters frighten.", evidence="Six people told us.", changed="New letter.", by=me
        )
        share = learning.propose(learning=row, audience="The ward meeting", sentence="Letters frighten people.", by=me)
        told = learning.propose(learning=row, audience="The board", sentence="We changed the letter.", by=me)
        told = learning.sign(share=told, shown=told.content_hash, by=me)
    with inside(north, other):
        together.sign(slot=slot, shown=slot.content_hash, by=other)
        learning.sign(share=share, shown=share.content_hash, by=other)
        learning.sign(share=told, shown=told.content_hash, by=other)
    found |= {
        "reflection": mine.pk, "passage": passage.pk, "slot": slot.pk, "slot_hash": slot.content_hash,
        "first_slot": first.pk, "shown_to": helper.pk,
        "learning": row.pk, "share": share.pk, "share_hash": share.content_hash,
    }  # fmt: skip
    return found


THINGS = made

_OWN = "/reflections/<uuid:pk>"
_SLOTS = "/pairs/<uuid:pair>/reflections"
_CHART = "/pairs/<uuid:pair>/learning"
_MINE, _SLOT = {"pk": "reflection"}, {"pair": "pair", "pk": "slot"}
_ROW, _SHARE = {"pair": "pair", "pk": "learning"}, {"pair": "pair", "pk": "share"}
LEARNT = {"text": "Ask before you write.", "evidence": "Nobody had.", "changed": ""}
DOORS: dict[str, Door] = {
    "/reflections/": Door(PARTNER, silent=ONLY_MINE),
    "/reflections/new/": Door(PARTNER, typed={"text": "A quiet week."}, silent=ONLY_MINE),
    "/reflections/download/": Door(PARTNER),
    f"{_OWN}/": Door(PARTNER, _MINE),
    f"{_OWN}/change/": Door(PARTNER, _MINE, typed={"text": "Another week."}, silent=ONLY_MINE),
    f"{_OWN}/delete/": Door(PARTNER, _MINE, records=("passage.taken_back",)),
    f"{_OWN}/share/": Door(
        PARTNER,
        _MINE,
        typed=lambda things: {"passage": "We listened more", "pair": str(things["pair"])},
        records=("passage.shared",),
    ),
    f"{_OWN}/show/": Door(
        PARTNER,
        _MINE,
        typed=lambda things: {"passage": "We listened more", "facilitator": str(things["shown_to"]), "signed": "Me"},
        silent=ONLY_MINE,
    ),
    "/reflections/shown-to-me/": Door(("facilitator",)),
    "/reflections/passages/<uuid:pk>/take-back/": Door(PARTNER, {"pk": "passage"}, records=("passage.taken_back",)),
    "/pairs/<uuid:pair>/my-reflections/": Door(PARTNER, {"pair": "pair"}),
    f"{_SLOTS}/": Door(PARTNER, {"pair": "pair"}),
    f"{_SLOTS}/plan/": Door(
        PARTNER, {"pair": "pair"}, typed=lambda things: boxes("on", -9), records=("pair_reflection.moved",)
    ),
    f"{_SLOTS}/<uuid:pk>/": Door(PARTNER, _SLOT),
    f"{_SLOTS}/<uuid:pk>/part/": Door(
        PARTNER, _SLOT, typed={"text": "It was hard."}, records=("pair_reflection.part_written",)
    ),
    f"{_SLOTS}/<uuid:pk>/text/": Door(
        PARTNER, _SLOT, typed={"text": "It was hard for both."}, records=("pair_reflection.edited",)
    ),
    f"{_SLOTS}/<uuid:pk>/sign/": Door(
        PARTNER,
        _SLOT,
        typed=lambda things: {"shown": things["slot_hash"]},
        records=("pair_reflection.agreed", "pair_reflection.planned", "pair_reflection.signed"),
    ),
    f"{_SLOTS}/<uuid:pk>/talked/": Door(PARTNER, _SLOT, records=("pair_reflection.planned", "pair_reflection.talked")),
    f"{_SLOTS}/<uuid:pk>/missed/": Door(
        PARTNER,
        _SLOT,
        typed=lambda things: {"reason": "away", **boxes("next_on", -7)},
        records=("pair_reflection.missed", "pair_reflection.planned"),
    ),
    f"{_CHART}/": Door(PARTNER, {"pair": "pair"}),
    f"{_CHART}/new/": Door(PARTNER, {"pair": "pair"}, typed=LEARNT, records=("learning.written",)),
    f"{_CHART}/<uuid:pk>/": Door(PARTNER, _ROW, typed=LEARNT, records=("learning.edited",)),
    f"{_CHART}/<uuid:pk>/share/": Door(
        PARTNER,
        _ROW,
        typed={"audience": "Our team", "sentence": "Ask first."},
        records=("learning_share.proposed",),
    ),
    f"{_CHART}/shares/<uuid:pk>/": Door(PARTNER, _SHARE),
    f"{_CHART}/shares/<uuid:pk>/sign/": Door(
        PARTNER,
        _SHARE,
        typed=lambda things: {"shown": things["share_hash"]},
        records=("learning_share.agreed", "learning_share.signed"),
    ),
    f"{_CHART}/shares/<uuid:pk>/take-back/": Door(PARTNER, _SHARE, records=("learning_share.withdrawn",)),
}

MAY = dict.fromkeys(
    (
        permissions.WRITE_OWN, permissions.SHARE_PASSAGE, permissions.READ_TOGETHER, permissions.WRITE_TOGETHER,
        permissions.SIGN_TOGETHER, permissions.READ_LEARNING, permissions.WRITE_LEARNING, permissions.SIGN_SHARE,
    ),
    frozenset(PARTNER),
) | {permissions.READ_SHOWN: frozenset({"facilitator"})}  # fmt: skip


def HIDE(organisation: Organisation, pair: Pair, emails: tuple[str, str]) -> None:  # the tests' name
    """The hidden pair looks back, shares and learns."""
    with acting(organisation, emails[0]) as first:
        pair = Pair.objects.get(pk=pair.pk)
        mine = own.write(text="Zanzibarquill alone and shared", by=first)
        own.share(reflection=mine, pair=pair, passage="Zanzibarquill alone", by=first)
        slot = together.plan(pair=pair, on=clock.today(), by=first)
        together.write_part(slot=slot, text="Zanzibarquill part", by=first)
        slot = together.write(slot=slot, text="Zanzibarquill together", by=first)
        together.sign(slot=slot, shown=slot.content_hash, by=first)
        row = learning.write(
            pair=pair, text="Zanzibarquill learnt", evidence="Zanzibarquill", changed="Zanzibarquill", by=first
        )
        share = learning.propose(learning=row, audience="Zanzibarquill people", sentence="Zanzibarquill", by=first)
        learning.sign(share=share, shown=share.content_hash, by=first)
    with acting(organisation, emails[1]) as second:
        together.sign(slot=slot, shown=slot.content_hash, by=second)
        learning.sign(share=share, shown=share.content_hash, by=second)


def ROWS(pair: UUID, seat: UUID) -> None:  # the tests' name
    """A row in every table that a partner may write into, by raw SQL."""
    me = sql("SELECT member_id FROM pairs_seat WHERE id = %s", seat)[0][0]
    other, partner = sql("SELECT id, member_id FROM pairs_seat WHERE pair_id = %s AND id <> %s", pair, seat)[0]
    sql("INSERT INTO reflections_reflection (id, author_id, sealed, sealed_in, written_at, changed_at)"
        " VALUES (gen_random_uuid(), %s, 'x'::bytea, 'x', now(), now())", me)  # fmt: skip
    sql("INSERT INTO reflections_sharedpassage (id, pair_id, author_id, reflection_id, audience, shared_with_id, text,"
        " signed, shared_at) SELECT gen_random_uuid(), %s, author_id, id, 'partner', %s, 'secret', '', now()"
        " FROM reflections_reflection", pair, partner)  # fmt: skip
    sql("INSERT INTO reflections_pairreflection (id, pair_id, citizen_id, professional_id, planned_on, state, text,"
        " content_hash, edited_by_id, edited_at, reason) VALUES (gen_random_uuid(), %s, %s, %s, now(), 'planned', '',"
        " 'h', %s, now(), '')", pair, other, seat, seat)  # fmt: skip
    sql("INSERT INTO reflections_pairreflectionpart (id, pair_id, slot_id, seat_id, text, written_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'secret', now() FROM reflections_pairreflection",
        seat)  # fmt: skip
    sql("INSERT INTO reflections_pairreflectionkey (id, pair_id, slot_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM reflections_pairreflection", seat)  # fmt: skip
    sql("INSERT INTO reflections_learning (id, pair_id, text, evidence, changed, written_at, edited_by_id, edited_at)"
        " VALUES (gen_random_uuid(), %s, 'secret', 'secret', '', now(), %s, now())", pair, seat)  # fmt: skip
    sql("INSERT INTO reflections_learningshare (id, pair_id, learning_id, audience, sentence, content_hash, state,"
        " proposed_by_id, proposed_at) SELECT gen_random_uuid(), pair_id, id, 'secret', 'secret', 'h', 'proposed', %s,"
        " now() FROM reflections_learning", seat)  # fmt: skip
    sql("INSERT INTO reflections_learningsharekey (id, pair_id, share_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM reflections_learningshare", seat)  # fmt: skip


SECRETS = dict.fromkeys(
    (
        "reflections.SharedPassage", "reflections.PairReflection", "reflections.PairReflectionPart",
        "reflections.PairReflectionKey", "reflections.Learning", "reflections.LearningShare",
        "reflections.LearningShareKey",
    ),
    OF_THE_PAIR,
)  # fmt: skip
OPEN_MODELS = {
    "reflections.Reflection": "it holds a sealed text; a test of its own looks for it in a dump",
    "accounts.PrivateKey": "it holds a wrapped key",
}
WRITTEN = {"sentence", "audience", "changed"}
NO_PAGES = {"organisation /reflections/download/": "a file"}


def CALLS(everything: Everything) -> dict[str, Call]:  # the tests' name
    """One successful call of every operation."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    one, slot = f"reflections/{things['reflection']}/", f"pair-reflections/{things['slot']}/"
    row, share = f"learnings/{things['learning']}/", f"learning-shares/{things['share']}/"
    day = str(clock.today() + timedelta(days=1))  # it is used a while after, and midnight may lie between
    return {
        "reflections_list": call("GET", "reflections/?ordering=written_at"),
        "reflections_retrieve": call("GET", one),
        "reflections_create": call("POST", "reflections/", {"text": "Mr Brown was kind.", "anyway": True}, 201),
        "reflections_partial_update": call("PATCH", one, {"text": "Another week."}),
        "reflections_destroy": call("DELETE", one, status=204),
        "reflections_share": call("POST", f"{one}share/", {"pair": pair, "passage": "We listened more"}, 201),
        "reflections_show": call(
            "POST", f"{one}show/", {"facilitator": str(things["shown_to"]), "passage": "We listened more"}, 201
        ),
        "shown_passages_list": Call(
            everything.facilitator, "GET", "shown-passages/", hat=Role.FACILITATOR, rival=everything.rival
        ),
        "passages_list": call("GET", f"passages/?pair={pair}"),
        "passages_take_back": call("POST", f"passages/{things['passage']}/take-back/", status=204),
        "pair_reflections_list": call("GET", f"pair-reflections/?pair={pair}&state=planned"),
        "pair_reflections_retrieve": call("GET", slot),
        "pair_reflections_create": call("POST", "pair-reflections/", {"pair": pair, "on": day}, 201),
        "pair_reflections_partial_update": call("PATCH", slot, {"text": "Otherwise."}),
        "pair_reflections_part": call("POST", f"{slot}part/", {"text": "It was hard."}),
        "pair_reflections_sign": call("POST", f"{slot}sign/", {"shown": things["slot_hash"]}),
        "pair_reflections_talked": call("POST", f"{slot}talked/"),
        "pair_reflections_missed": call("POST", f"{slot}missed/", {"reason": "away", "next_on": day}),
        "learnings_list": call("GET", f"learnings/?pair={pair}"),
        "learnings_retrieve": call("GET", row),
        "learnings_create": call("POST", "learnings/", {"pair": pair, "text": "Ask.", "evidence": "Seen."}, 201),
        "learnings_partial_update": call("PATCH", row, {"changed": "Much."}),
        "learnings_propose": call("POST", f"{row}propose/", {"audience": "Us", "sentence": "Ask."}, 201),
        "learning_shares_list": call("GET", f"learning-shares/?learning={things['learning']}&state=agreed"),
        "learning_shares_retrieve": call("GET", share),
        "learning_shares_sign": call("POST", f"{share}sign/", {"shown": things["share_hash"]}),
        "learning_shares_withdraw": call("POST", f"{share}withdraw/"),
    }


def GROW(everything: Everything) -> None:  # the tests' name
    """More of every kind, and something for the facilitator who asks."""
    made(everything.mine)
    me = everything.professional
    with inside(everything.organisation, me):
        reflection = own.write(text=WORDS, by=me)
        own.show(reflection=reflection, facilitator=everything.facilitator, passage=PASSAGE, by=me)


SILENT = dict.fromkeys(("reflections_create", "reflections_partial_update", "reflections_show"), ONLY_MINE)
FOR_ALL = {"reflections_create": "every member may write for themselves"}
