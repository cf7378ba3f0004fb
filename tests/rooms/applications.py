"""Applying together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from tenants.applications import actions, queries
from tenants.applications.models import Application, Kind
from tenants.pairs.models import Pair
from tests.permissions.doors import Door
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import founded, inside, joined, sql
from tests.world_applications import ready, shown, signed
from tests.world_projects import Workshop

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tests.world_api import Call, Everything

PARTNER = ("partner",)
CODES = "codes, ids and dates of the house: what may stand there is fixed"
WORD = "Zanzibarquill"
TEXT = {"text": "What we want"}


def THINGS(shop: Workshop) -> dict[str, Any]:
    """A pair that can sign, one that has begun, and one that has handed in."""
    applying, handed_in = _another(shop, "applies"), _another(shop, "has applied")
    application = signed(applying, ready(applying), applying.citizen)
    done = signed(handed_in, ready(handed_in), *handed_in.partners)
    with inside(shop.organisation, shop.professional):
        begun = actions.choose_host(pair=shop.pair, host="organisation", by=shop.professional)
        actions.write_own(pair=shop.pair, kind=Kind.AMBITION, text="Mine", is_put_down=False, by=shop.professional)
    return {
        "pair_begun": shop.pair.pk,
        "application_begun": begun.pk,
        "pair_applying": applying.pair.pk,
        "application": application.pk,
        "application_hash": shown(applying, application),
        "pair_handed_in": handed_in.pair.pk,
        "application_handed_in": done.pk,
    }


def _another(shop: Workshop, title: str) -> Workshop:
    """Another pair of the same professional."""
    north, me = shop.organisation, shop.professional
    pair = founded(north, me, title=f"{shop.pair.title} {title}")
    citizen = joined(north, pair, me, "Cleo Citizen")
    with inside(north, me):
        return Workshop(north, Pair.objects.get(pk=pair), me, citizen)


_PAIR = "/pairs/<uuid:pair>/application"
_APPLYING, _MINE = {"pair": "pair_applying"}, {"pair": "pair"}
DOORS = {
    f"{_PAIR}/": Door(PARTNER, _APPLYING),
    f"{_PAIR}/ambition/own/": Door(
        PARTNER, _MINE, typed={**TEXT, "put_down": "yes"}, records=("application.own_text_put_down",)
    ),
    f"{_PAIR}/ambition/": Door(PARTNER, _APPLYING, typed=TEXT, records=("application.joint_text_written",)),
    f"{_PAIR}/start/own/": Door(PARTNER, _MINE, typed=TEXT, records=("application.own_text_saved",)),
    f"{_PAIR}/start/": Door(PARTNER, _APPLYING, typed=TEXT, records=("application.joint_text_written",)),
    f"{_PAIR}/host/": Door(PARTNER, _MINE, typed={"host": "organisation"}, records=("application.host_chosen",)),
    f"{_PAIR}/sign/": Door(
        PARTNER,
        _APPLYING,
        typed=lambda things: {"shown": things["application_hash"]},
        records=("application.signed", "application.submitted"),
    ),
    f"{_PAIR}/withdraw/": Door(PARTNER, {"pair": "pair_handed_in"}, records=("application.withdrawn",)),
    "/pairs/<uuid:pair>/where-we-started/": Door(PARTNER, {"pair": "pair_handed_in"}),
}
MAY = dict.fromkeys(("applications.read", "applications.write", "applications.sign"), frozenset(PARTNER))


def CALLS(made: Everything) -> dict[str, Call]:
    call, things, pair = made.as_partner, made.rooms, str(made.mine.pair.pk)
    applying, one = str(things["pair_applying"]), f"applications/{things['application']}/"
    own = {"pair": pair, "kind": "ambition", **TEXT, "is_put_down": True}
    return {
        "own_texts_list": call("GET", f"own-texts/?pair={applying}"),
        "own_texts_create": call("POST", "own-texts/", own, 201),
        "joint_texts_list": call("GET", "joint-texts/?kind=ambition"),
        "joint_texts_create": call("POST", "joint-texts/", {"pair": applying, "kind": "ambition", **TEXT}, 201),
        "applications_list": call("GET", "applications/"),
        "applications_retrieve": call("GET", one),
        "applications_create": call("POST", "applications/", {"pair": pair, "host": "organisation"}, 201),
        "applications_sign": call("POST", f"{one}sign/", {"shown": things["application_hash"]}),
        "applications_withdraw": call("POST", f"applications/{things['application_handed_in']}/withdraw/"),
        "systems_list": call("GET", "systems/"),
    }


def HIDE(organisation: Organisation, pair: Pair, both: tuple[str, str]) -> None:
    """The two write all of it, sign it and hand it in."""
    for kind in Kind:
        for email in both:
            with acting(organisation, email) as who:
                actions.write_own(pair=pair, kind=kind, text=WORD, is_put_down=True, by=who)
        with acting(organisation, both[0]) as who:
            actions.write_joint(pair=pair, kind=kind, text=WORD, by=who)
            application = actions.choose_host(pair=pair, host=Application.Host.ORGANISATION, by=who)
    for email in both:
        with acting(organisation, email) as who:
            shown_now = queries.content_of(application).hash
            actions.sign(application=application, shown=shown_now, by=who)


def ROWS(pair: UUID, seat: UUID) -> None:
    sql("INSERT INTO applications_owntext (id, pair_id, seat_id, partner_seat_id, kind, text, saved_at) SELECT"
        " gen_random_uuid(), %s, %s, id, 'ambition', 'secret', now() FROM pairs_seat WHERE pair_id = %s AND id <> %s",
        pair, seat, pair, seat)  # fmt: skip
    sql("INSERT INTO applications_application (id, pair_id, citizen_seat_id, professional_seat_id, state, host,"
        " host_name, content, content_hash, begun_at) SELECT gen_random_uuid(), %s, id, %s, 'draft', '', '', '{}',"
        " encode(sha256('{}'), 'hex'), now() FROM pairs_seat WHERE pair_id = %s AND id <> %s",
        pair, seat, pair, seat)  # fmt: skip
    sql("INSERT INTO applications_applicationkey (id, pair_id, application_id, seat_id, content_hash, signed_at) SELECT"
        " gen_random_uuid(), pair_id, id, %s, content_hash, now() FROM applications_application", seat)  # fmt: skip


SECRETS = dict.fromkeys(
    (f"applications.{name}" for name in ("OwnText", "JointText", "Application", "ApplicationKey")), OF_THE_PAIR
)
OPEN_MODELS = {"organisations.System": "what operators note of organisations", "organisations.SystemMember": CODES}
WRITTEN = {"host_name"}
NOT_SEEN = {
    "organisation /pairs/<uuid:pair>/application/withdraw/": "for two who have handed in; nobody of the cast has",
}
