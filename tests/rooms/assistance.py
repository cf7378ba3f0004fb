"""Taking part without a computer: helpers, half hours, codes and letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.identity import sheets
from rollout.kernel import clock
from tenants.assistance import actions
from tenants.assistance.models import HelperChoice
from tenants.instruments import actions as instruments
from tenants.members import arriving
from tenants.members.models import Invitation, Role
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair, Seat
from tenants.pairs.queries import seat_of
from tenants.projects.actions import decisions
from tests import world
from tests.permissions.doors import ALL, Door
from tests.privacy.secrets_of import OF_ONE, ONE, Secret
from tests.world import inside, sql
from tests.world_api import Call
from tests.world_projects import Workshop

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.projects.models import Decision

NOBODY_IS_TOLD = "the pair's record is read by the partner, who is not told who gets help"
NOT_THE_HELPERS = "the entry stands in the record of the pair that is helped, which its helper does not read"
NUMBERS = {f"number_{place}": "4" for place in range(1, 9)}
PARTNER = ("partner",)
EVERYBODY = frozenset({"partner"})


def _named(shop: Workshop, person: Member, helper: Member) -> None:
    with inside(shop.organisation, person):
        actions.name_helper(pair=shop.pair, helper=helper, by=person)


def THINGS(shop: Workshop) -> dict[str, Any]:
    """The professional is helped, helps the citizens of two other pairs, and invites somebody by letter."""
    me, here = shop.professional, shop.organisation
    helper = world.member(here, "Hal Helper", Role.FACILITATOR)
    with inside(here, me):
        choice = actions.name_helper(pair=shop.pair, helper=helper, by=me)
        actions.name_helper(pair=shop.pair, address="zoe.trusted@example.net", blind=True, by=me)
    founder = world.member(here, "Otis Other")
    pair = world.founded(here, founder, title="Pair of somebody helped")
    person = world.joined(here, pair, founder, "Hanna Helped")
    with inside(here, founder):
        found = Pair.objects.get(pk=pair)
        asked = instruments.open_round(pair=found, code="check_in", by=founder)
        second = instruments.open_round(pair=found, code="check_in", by=founder)
        decision = _proposed(found, founder)
    helped = Workshop(here, found, founder, person)
    _named(helped, person, me)
    _named(helped, founder, shop.citizen)
    with inside(here, founder):
        waiting = Seat.objects.get(member=founder)
    with inside(here, person):
        codes = actions.make_codes(by=person)
        seat = Seat.objects.get(member=person)
    with inside(here, me):
        session = actions.start(seat_id=seat.pk, confidential=True, by=me)
        entry = actions.enter(session=session, round_id=asked.pk, numbers=[5] * 8, by=me)
        lonely = world.founded(here, me, title="Somebody gets a letter")
    with inside(here, me):
        invitation = pairs.invite_partner(pair=Pair.objects.get(pk=lonely), name="Lea", email="", by_letter=True, by=me)
        actions.make_letter(invitation=invitation, by=me)
    _helped_myself(here, me, helper)
    return {
        "helper_choice": choice.pk, "assisted_session": session.pk, "assisted_entry": entry.pk,
        "round_helped": second.pk, "read_back": codes[0][1], "pair_letter": lonely, "letter_invitation": invitation.pk,
        "letter_token": token_of(invitation),
        "seat_waiting": waiting.pk, "helper": helper.pk, "decision_helped": decision.pk,
        "decision_helped_hash": decision.content_hash,
    }  # fmt: skip


def _proposed(pair: Pair, by: Member) -> Decision:
    draft = decisions.draft(pair=pair, title="To be signed with help", text="We meet on Tuesdays.", by=by)
    return decisions.propose(decision=draft, by=by)


def _helped_myself(here: Any, me: Member, helper: Member) -> None:
    """A third pair of the professional, in which the helper types for them."""
    pair = world.founded(here, me, title="With a helper")
    world.joined(here, pair, me, "Cleo Citizen")
    with inside(here, me):
        found = Pair.objects.get(pk=pair)
        asked = instruments.open_round(pair=found, code="check_in", by=me)
        seat = Seat.objects.get(pair=found, member=me)
        actions.name_helper(pair=found, helper=helper, by=me)
        (_number, code), *_others = actions.make_codes(by=me)
        decision = _proposed(found, me)
    with inside(here, helper):
        session = actions.start(seat_id=seat.pk, confidential=True, by=helper)
        actions.sign_decision(session=session, decision=decision.pk, shown=decision.content_hash, said=code, by=helper)
        actions.enter(session=session, round_id=asked.pk, numbers=[3] * 8, by=helper)


_PAIR = "/pairs/<uuid:pair>/without-a-computer"
_SESSION = "/helping/<uuid:session>"
DOORS = {
    "/letter/": Door(ALL, post=200, typed={"code": "AAAA-BBBB-CCCC"}, silent="a wrong code opens nothing"),
    "/invitations/<slug:token>/take-up/": Door(
        ALL, {"token": "letter_token"}, typed={"kind": "patient"}, post={"anonymous": 200, "else": 302}, missing=302,
        shared=("other",), records=("account.sheet_made", "account.signed_in", "invitation.accepted"),
    ),
    "/helping/": Door(PARTNER, post=200, silent=NOBODY_IS_TOLD),
    f"{_SESSION}/": Door(PARTNER, {"session": "assisted_session"}),
    f"{_SESSION}/end/": Door(PARTNER, {"session": "assisted_session"}, silent=NOBODY_IS_TOLD),
    f"{_SESSION}/questions/<uuid:round>/": Door(
        PARTNER, {"session": "assisted_session", "round": "round_helped"}, typed=NUMBERS, silent=NOBODY_IS_TOLD
    ),
    f"{_SESSION}/questions/<uuid:round>/script/": Door(
        PARTNER, {"session": "assisted_session", "round": "round_helped"}
    ),
    f"{_SESSION}/decisions/<uuid:decision>/": Door(
        PARTNER, {"session": "assisted_session", "decision": "decision_helped"},
        typed=lambda things: {"code": things["read_back"], "shown": things["decision_helped_hash"]},
        silent=NOT_THE_HELPERS,
    ),
    f"{_SESSION}/entries/<uuid:entry>/": Door(
        PARTNER, {"session": "assisted_session", "entry": "assisted_entry"},
        typed=lambda things: {"code": things["read_back"]}, silent=NOBODY_IS_TOLD,
    ),
    f"{_PAIR}/": Door(PARTNER, {"pair": "pair"}, typed={"address": "zoe@example.net"}, silent=NOBODY_IS_TOLD),
    f"{_PAIR}/helpers/<uuid:pk>/end/": Door(PARTNER, {"pair": "pair", "pk": "helper_choice"}, silent=NOBODY_IS_TOLD),
    f"{_PAIR}/paper/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/codes/": Door(PARTNER, {"pair": "pair"}, post=200, silent=NOBODY_IS_TOLD),
    f"{_PAIR}/letters/<uuid:pk>/": Door(
        PARTNER, {"pair": "pair_letter", "pk": "letter_invitation"}, post=200, records=("invitation.letter_made",)
    ),
}  # fmt: skip
OPEN = {"tenants.assistance.views.TypeLetter": "the code of a letter is the way in"}


def CALLS(everything: Any) -> dict[str, Call]:
    """One call of each operation."""
    call, things = everything.as_partner, everything.rooms
    session, pair = f"assisted-sessions/{things['assisted_session']}/", str(everything.mine.pair.pk)
    start = {"seat": str(things["seat_waiting"]), "confidential": True}
    typed = {"round": str(things["round_helped"]), "numbers": [4] * 8}
    confirm = call("POST", f"assisted-entries/{things['assisted_entry']}/confirm/", {"code": things["read_back"]}, 204)
    key = {"decision": str(things["decision_helped"]), "shown": things["decision_helped_hash"]}
    key["code"] = things["read_back"]
    return {
        "helpers_list": call("GET", "helpers/"),
        "helpers_create": call("POST", "helpers/", {"pair": pair, "helper": str(things["helper"])}, 201),
        "helpers_end": call("POST", f"helpers/{things['helper_choice']}/end/", status=204),
        "read_back_sheets_create": call("POST", "read-back-sheets/", {"pair": pair}, 201),
        "letters_create": call("POST", "letters/", {"invitation": str(things["letter_invitation"])}, 201),
        "assisted_sessions_list": call("GET", "assisted-sessions/"),
        "helped_people_list": call("GET", "helped-people/"),
        "assisted_sessions_create": Call(
            everything.citizen, "POST", "assisted-sessions/", start, 201, rival=everything.rival
        ),
        "assisted_sessions_end": call("POST", f"{session}end/", status=204),
        "assisted_sessions_rounds": call("GET", f"{session}rounds/"),
        "assisted_sessions_enter": call("POST", f"{session}enter/", typed, 201),
        "assisted_sessions_decisions": call("GET", f"{session}decisions/"),
        "assisted_sessions_sign": call("POST", f"{session}sign/", key, 204),
        "assisted_keys_list": call("GET", "assisted-keys/"),
        "assisted_entries_list": call("GET", "assisted-entries/"),
        "assisted_entries_confirm": confirm,
    }


def ROWS(pair: Any, seat: Any) -> None:
    """A helper whom the professional named."""
    sql(
        "INSERT INTO assistance_helperchoice (id, pair_id, seat_id, member_id, address, blind, named_at)"
        " SELECT gen_random_uuid(), %s, id, member_id, 'secret@example.net', false, now() FROM pairs_seat"
        " WHERE id = %s", pair, seat,
    )  # fmt: skip


def HIDE(organisation: Any, pair: Pair, both: tuple[str, str]) -> None:
    """The one in no list names somebody by an address, has a sheet of codes, and has a second pair, with somebody
    who came by letter and has no address.
    """
    with acting(organisation, both[1]) as person:
        HelperChoice.objects.create(
            pair=pair, seat=seat_of(person, pair.pk), member=person, address="zanzibarquill@example.net",
            named_at=clock.now(),
        )  # fmt: skip
        actions.make_codes(by=person)
    with acting(organisation, both[1]) as founder:
        second = pairs.found(
            title="Zanzibarquill by letter", kind="carer", partner_name="Quillpaper", partner_email="",
            partner_by_letter=True, by=founder,
        )  # fmt: skip
        invitation = Invitation.objects.get(pair_id=second.pk)
        actions.make_letter(invitation=invitation, by=founder)
    account = arriving.take_up(organisation=organisation, token=token_of(invitation), partner_kind="manager")
    sheets.make(account=account, keep=None, by=account)


BY_ANOTHER = {"assisted_sessions_create": "a helper whom somebody else has named; done in the tests of operations"}
NO_PAGES = {
    "organisation /pairs/<uuid:pair>/without-a-computer/paper/": "a file",
    "organisation /helping/<uuid:session>/questions/<uuid:round>/script/": "a file",
}
_A_HALF_HOUR = "open for half an hour of help, which nobody of the story is in; tried with the permissions"
NOT_SEEN = dict.fromkeys(
    (
        "organisation /helping/<uuid:session>/",
        "organisation /helping/<uuid:session>/decisions/<uuid:decision>/",
        "organisation /helping/<uuid:session>/entries/<uuid:entry>/",
        "organisation /helping/<uuid:session>/questions/<uuid:round>/",
        "organisation /helping/<uuid:session>/questions/<uuid:round>/script/",
        "organisation /api/v1/assisted-sessions/<uuid:pk>/decisions/",
        "organisation /api/v1/assisted-sessions/<uuid:pk>/rounds/",
    ),
    _A_HALF_HOUR,
)
SILENT = dict.fromkeys(
    (
        *(
            "read_back_sheets_create",
            "helpers_create",
            "helpers_end",
            "assisted_sessions_create",
            "assisted_sessions_end",
        ),
        *("assisted_sessions_enter", "assisted_entries_confirm"),
    ),
    NOBODY_IS_TOLD,
) | {"assisted_sessions_sign": NOT_THE_HELPERS}
MAY = {"assistance.ask_for_help": EVERYBODY, "assistance.help": EVERYBODY}
SECRETS = {
    "assistance.HelperChoice": Secret(f"member_id = {OF_ONE}", ONE),
    "assistance.ReadBackCode": Secret(f"member_id = {OF_ONE}", ONE),
}
_CODES = "codes, ids and dates"
OPEN_MODELS = {
    "assistance.AssistedSession": _CODES,
    "assistance.AssistedKey": _CODES,
    "assistance.AssistedEntry": "a text sealed for its row, until it counts",
    "assistance.LetterCode": "the trace of a code",
}
WRITTEN = {"address"}
