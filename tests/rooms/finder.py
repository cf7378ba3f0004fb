"""Looking for a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from tenants.finder import actions
from tenants.members.models import Role
from tests import world
from tests.permissions.doors import ALL, NOT_MEMBERS, Door
from tests.permissions.house import OTHER
from tests.privacy.secrets_of import OF_ONE, PAIR, Secret
from tests.world import inside
from tests.world_finder import asked, looking, met, profile_of, said_yes, somebody

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.pairs.models import Pair
    from tests.world_api import Call, Everything
    from tests.world_projects import Workshop

PARTNER = ("partner",)
LEAD = ("rollout_lead",)
NOBODY_IS_TOLD = "an entry would tell of who looks for a partner"
CODES = "codes, ids and dates of the house: what may stand there is fixed"
WORD = "Zanzibarquill"
SAID = {"kind": "clinician", "brings": "Evenings", "looks_for": "Patience", "is_on": "on"}
ASKED = {"motivation": "It matters", "fit": "We both know the ward"}


def THINGS(shop: Workshop) -> dict[str, Any]:
    """The professional looks for a partner: asks one, is asked by others, and has met some."""
    north, me = shop.organisation, shop.professional
    lead = world._a_lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.open_registration(by=lead)
    looking(north, me, "clinician")
    free, wanted, asking, refused, meeting, wished = (
        somebody(north, f"Cleo Citizen {number}", "patient") for number in range(6)
    )
    declined = asked(north, refused, me)
    with inside(north, me):
        actions.decline(introduction=declined, by=me)
    said_yes(north, met(north, wished, me), me)
    return {
        "offer": profile_of(north, free),
        "introduction_mine": asked(north, me, wanted).pk,
        "introduction_to_me": asked(north, asking, me).pk,
        "introduction_met": met(north, meeting, me).pk,
    }


_ONE = "/find/introductions/<uuid:pk>"
_TO_ME, _MET = {"pk": "introduction_to_me"}, {"pk": "introduction_met"}
DOORS = {
    "/find/": Door(PARTNER),
    "/find/me/": Door(PARTNER, typed=SAID, silent=NOBODY_IS_TOLD),
    "/find/offers/<uuid:profile>/": Door(
        PARTNER, {"profile": "offer"}, typed=ASKED, silent=NOBODY_IS_TOLD, shared=(OTHER,)
    ),
    "/find/introductions/": Door(PARTNER),
    f"{_ONE}/": Door(PARTNER, _TO_ME),
    f"{_ONE}/answer/": Door(PARTNER, _TO_ME, typed={"answer": "not_yet"}, silent=NOBODY_IS_TOLD),
    f"{_ONE}/withdraw/": Door(PARTNER, {"pk": "introduction_mine"}, silent=NOBODY_IS_TOLD),
    f"{_ONE}/meeting/": Door(PARTNER, _MET, typed={"meeting": "Tuesday"}, silent=NOBODY_IS_TOLD),
    f"{_ONE}/choose/": Door(PARTNER, _MET, typed={"choice": "yes"}, silent=NOBODY_IS_TOLD),
    "/find/registration/": Door(LEAD, typed={"move": "close"}, records=("registration.closed",)),
    "/find/join/": Door(
        ALL,
        get={**dict.fromkeys(NOT_MEMBERS, 200), "else": 302},
        typed={"email": "stella.new@example.net", "name": "Stella"},
        silent="an entry would tell of people who are in no list",
    ),
}
OPEN = {"tenants.finder.views.JoinPage": "people come in through it to look for a partner"}
MAY = {
    "finder.look": frozenset(PARTNER),
    "finder.meet": frozenset(PARTNER),
    "finder.open_registration": frozenset(LEAD),
}


def CALLS(made: Everything) -> dict[str, Call]:
    call, lead, things = made.as_partner, made._as_lead, made.rooms
    mine, to_me, met_one = (
        f"introductions/{things[name]}/" for name in ("introduction_mine", "introduction_to_me", "introduction_met")
    )
    said = {"is_on": True, "kind": "clinician", "brings": "Evenings", "looks_for": "Patience", "themes": ["access"]}
    return {
        "finder_profiles_list": call("GET", "finder-profiles/"),
        "finder_profiles_create": call("POST", "finder-profiles/", said, 201),
        "finder_offers_list": call("GET", "finder-offers/"),
        "introductions_list": call("GET", "introductions/"),
        "introductions_retrieve": call("GET", to_me),
        "introductions_create": call("POST", "introductions/", {"profile": str(things["offer"]), **ASKED}, 201),
        "introductions_accept": call("POST", f"{to_me}accept/"),
        "introductions_not_yet": call("POST", f"{to_me}not-yet/"),
        "introductions_decline": call("POST", f"{to_me}decline/", status=204),
        "introductions_withdraw": call("POST", f"{mine}withdraw/"),
        "introductions_plan": call("POST", f"{met_one}plan/", {"meeting": "Tuesday"}),
        "introductions_say_yes": call("POST", f"{met_one}say-yes/"),
        "introductions_say_no": call("POST", f"{met_one}say-no/"),
        "registration_retrieve": lead("GET", "registration/"),
        "registration_partial_update": lead("PATCH", "registration/", {"is_open": False}),
    }


SILENT = {
    "finder_profiles_create": NOBODY_IS_TOLD,
    **{
        f"introductions_{verb}": NOBODY_IS_TOLD
        for verb in ("create", "accept", "not_yet", "decline", "withdraw", "plan", "say_yes", "say_no")
    },
}
FOR_ALL = {"finder_profiles_create": "every member may look for a partner"}


def HIDE(organisation: Organisation, pair: Pair, both: tuple[str, str]) -> None:
    """The two say of themselves whom they look for, and meet once more through it. Then they look no longer: whoever
    looks as well reads what is switched on, and nothing of what is switched off."""
    professional, citizen = both
    words = {"brings": WORD, "looks_for": WORD, "place": WORD, "time_words": WORD}
    with acting(organisation, professional) as who:
        wanted = actions.write_profile(words=actions.Words(kind="manager", **words), is_on=True, by=who).pk
    with acting(organisation, citizen) as who:
        actions.write_profile(words=actions.Words(kind="carer", **words), is_on=True, by=who)
        introduction = actions.ask_to_meet(profile=wanted, motivation=WORD, fit=WORD, by=who)
    with acting(organisation, professional) as who:
        actions.accept(introduction=introduction, by=who)
    with acting(organisation, citizen) as who:
        actions.plan_meeting(introduction=introduction, meeting=WORD, by=who)
        actions.say_yes(introduction=introduction, by=who)
    for email, kind in ((professional, "manager"), (citizen, "carer")):
        with acting(organisation, email) as who:
            actions.write_profile(words=actions.Words(kind=kind, **words), is_on=False, by=who)


_PROFILE = f"(SELECT id FROM finder_profile WHERE member_id = {OF_ONE})"
SECRETS = {
    "finder.Profile": Secret(f"member_id = {OF_ONE}", PAIR),
    "finder.Introduction": Secret(f"asker_id = {_PROFILE}", PAIR),
}
OPEN_MODELS = {"finder.Declined": CODES, "finder.Yes": CODES, "finder.Registration": CODES}
OPEN_FIELDS = {"finder.Profile.themes": CODES, "finder.Profile.times": CODES}
WRITTEN = {"brings", "looks_for", "time_words", "motivation", "fit", "meeting"}
