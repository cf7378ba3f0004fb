"""Agreeing how to work, for the tests that walk through everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER
from tenants.agreement import policy
from tenants.agreement.actions import hours, lines, needs, principles
from tenants.agreement.models import PrincipleVersion
from tests import world_agreement as made
from tests.permissions.doors import Door, boxes
from tests.privacy.secrets_of import OF_ONE, OF_THE_PAIR, ONE, Secret
from tests.world import inside, sql

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.pairs.models import Pair
    from tests.permissions.house import Things
    from tests.world_projects import Workshop

WHO = (PARTNER,)
EVERYBODY = frozenset({PARTNER})
ONLY_MINE = "an entry would tell others that a person needs something"
WORD = "Zanzibarquill"


def THINGS(shop: Workshop) -> Things:  # as the rooms name it
    """A line, a principle and a time agreement that wait, agreed ones, and needs of the one who acts."""
    waiting, contested = made.line(shop), made.line(shop, "leadership", signed_by=(shop.citizen,))
    made.line(shop, "ambition", signed_by=shop.partners)
    proposed = made.principle(shop, "We share the work")
    agreed = made.principle(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.professional):
        lines.contest(line=contested, reason="Too small.", by=shop.professional)
        principles.review(version=agreed, answer="change", text="Say it shorter.", by=shop.professional)
        answered = principles.propose(pair=shop.pair, title="We listen", text="Each speaks.", by=shop.professional)
        answered_version = PrincipleVersion.objects.get(principle=answered)
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            principles.sign(version=answered_version, shown=answered_version.content_hash, by=partner)
    last_month = policy.back(clock.today().replace(day=1), 1)
    made.time(shop, signed_by=shop.partners, since=last_month)
    made.given(shop, shop.professional, 2, month=last_month)  # less than was agreed, so that it can be asked for
    time = made.time(shop, is_paid=False)
    for partner in shop.partners:
        made.given(shop, partner)
    need = made.need(shop, shop.professional, "easy_read")
    shared = made.need(shop, shop.professional, "other", detail="Papers a week before.", shared=True)
    made.need(shop, shop.citizen, "breaks", shared=True)
    return {
        "topic": "purpose",
        "shared_line": waiting.pk,
        "line_hash": waiting.content_hash,
        "principle": proposed.principle_id,
        "version": proposed.pk,
        "version_hash": proposed.content_hash,
        "version_agreed": answered_version.pk,
        "time": time.pk,
        "time_hash": time.content_hash,
        "need_kind": "easy_read",
        "need": need.pk,
        "need_shared": shared.pk,
    }


_FIVE = "/pairs/<uuid:pair>/what-we-share"
_PRINCIPLES = "/pairs/<uuid:pair>/principles"
_TIME = "/pairs/<uuid:pair>/time"
_NEEDS = "/pairs/<uuid:pair>/taking-part"
_LINE = {"pair": "pair", "pk": "shared_line"}
_NEED = {"pair": "pair", "pk": "need"}
WORDING = {"title": "We take turns", "text": "Each of us opens every second meeting."}


def _shown(name: str) -> Any:
    return lambda things: {"shown": things[name]}


DOORS: dict[str, Door] = {
    f"{_FIVE}/": Door(WHO, {"pair": "pair"}),
    f"{_FIVE}/write/": Door(
        WHO,
        {"pair": "pair"},
        {"topic": "topic"},
        typed={"topic": "purpose", "text": "Other words."},
        records=("shared_line.edited",),
    ),
    f"{_FIVE}/<uuid:pk>/sign/": Door(WHO, _LINE, typed=_shown("line_hash"), records=("shared_line.signed",)),
    f"{_FIVE}/<uuid:pk>/contest/": Door(
        WHO, _LINE, typed={"reason": "Too big for two."}, records=("shared_line.contested",)
    ),
    f"{_PRINCIPLES}/": Door(WHO, {"pair": "pair"}),
    f"{_PRINCIPLES}/new/": Door(WHO, {"pair": "pair"}, typed=WORDING, records=("principle.written",)),
    f"{_PRINCIPLES}/<uuid:pk>/": Door(WHO, {"pair": "pair", "pk": "principle"}),
    f"{_PRINCIPLES}/<uuid:pk>/write/": Door(
        WHO, {"pair": "pair", "pk": "principle"}, typed=WORDING, records=("principle.edited",)
    ),
    f"{_PRINCIPLES}/versions/<uuid:pk>/sign/": Door(
        WHO, {"pair": "pair", "pk": "version"}, typed=_shown("version_hash"), records=("principle.signed",)
    ),
    f"{_PRINCIPLES}/versions/<uuid:pk>/withdraw/": Door(
        WHO, {"pair": "pair", "pk": "version"}, records=("principle.withdrawn",)
    ),
    f"{_PRINCIPLES}/versions/<uuid:pk>/review/": Door(
        WHO,
        {"pair": "pair", "pk": "version_agreed"},
        typed={"answer": "keep", "text": ""},
        records=("principle.review_answered",),
    ),
    f"{_TIME}/": Door(WHO, {"pair": "pair"}),
    f"{_TIME}/write/": Door(
        WHO,
        {"pair": "pair"},
        typed=lambda things: {
            "hours_professional": "10",
            "protected": "yes",
            "hours_citizen": "12",
            "paid": "no",
            **boxes("since", 0),
        },
        records=("time_agreement.edited",),
    ),
    f"{_TIME}/hours/": Door(
        WHO,
        {"pair": "pair"},
        typed=lambda things: {"month": clock.today().replace(day=1).isoformat(), "hours": "7.5", "covered": "yes"},
        records=("hours.corrected",),
    ),
    f"{_TIME}/<uuid:pk>/sign/": Door(
        WHO, {"pair": "pair", "pk": "time"}, typed=_shown("time_hash"), records=("time_agreement.signed",)
    ),
    f"{_TIME}/<uuid:pk>/withdraw/": Door(WHO, {"pair": "pair", "pk": "time"}, records=("time_agreement.withdrawn",)),
    f"{_NEEDS}/": Door(WHO, {"pair": "pair"}),
    f"{_NEEDS}/note/": Door(
        WHO,
        {"pair": "pair"},
        {"kind": "need_kind"},
        typed={"kind": "quiet_room", "detail": "By the window."},
        silent=ONLY_MINE,
    ),
    f"{_NEEDS}/<uuid:pk>/look/": Door(WHO, _NEED, typed={"met": "partly"}, silent=ONLY_MINE),
    f"{_NEEDS}/<uuid:pk>/share/": Door(WHO, _NEED, typed={"shared": "yes"}, records=("need.shared",)),
    f"{_NEEDS}/<uuid:pk>/remove/": Door(WHO, _NEED, silent=ONLY_MINE),
}

MAY = {f"agreement.{name}": EVERYBODY for name in ("read", "write", "sign", "note_hours", "note_needs")}


def CALLS(everything: Any) -> dict[str, Any]:
    """One call of every operation, by the professional."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    line, principle = f"shared-lines/{things['shared_line']}/", f"principles/{things['principle']}/"
    version, agreed = f"principle-versions/{things['version']}/", f"principle-versions/{things['version_agreed']}/"
    time, need = f"time-agreements/{things['time']}/", f"needs/{things['need']}/"
    hours_said = {"pair": pair, "month": str(clock.today()), "hours": "3.5", "is_covered": False}
    terms = {
        "pair": pair, "since": str(clock.today()), "hours_professional": "9", "is_protected": False,
        "hours_citizen": "4", "is_paid": True,
    }  # fmt: skip
    return {
        "shared_lines_list": call("GET", f"shared-lines/?pair={pair}&topic=purpose"),
        "shared_lines_retrieve": call("GET", line),
        "shared_lines_create": call(
            "POST", "shared-lines/", {"pair": pair, "topic": "ownership", "text": "All of it"}, 201
        ),
        "shared_lines_sign": call("POST", f"{line}sign/", {"shown": things["line_hash"]}),
        "shared_lines_contest": call("POST", f"{line}contest/", {"reason": "Not yet"}),
        "principles_list": call("GET", f"principles/?pair={pair}"),
        "principles_retrieve": call("GET", principle),
        "principles_create": call("POST", "principles/", {"pair": pair, **WORDING}, 201),
        "principles_rewrite": call("POST", f"{principle}rewrite/", WORDING),
        "principle_versions_list": call("GET", f"principle-versions/?pair={pair}&state=agreed"),
        "principle_versions_sign": call("POST", f"{version}sign/", {"shown": things["version_hash"]}),
        "principle_versions_withdraw": call("POST", f"{version}withdraw/"),
        "principle_versions_review": call("POST", f"{agreed}review/", {"answer": "keep"}),
        "principle_reviews_list": call("GET", f"principle-reviews/?pair={pair}"),
        "time_agreements_list": call("GET", f"time-agreements/?pair={pair}&state=proposed"),
        "time_agreements_retrieve": call("GET", time),
        "time_agreements_create": call("POST", "time-agreements/", terms, 201),
        "time_agreements_sign": call("POST", f"{time}sign/", {"shown": things["time_hash"]}),
        "time_agreements_withdraw": call("POST", f"{time}withdraw/"),
        "given_hours_list": call("GET", f"given-hours/?pair={pair}"),
        "given_hours_create": call("POST", "given-hours/", hours_said, 201),
        "needs_list": call("GET", "needs/?kind=easy_read"),
        "needs_retrieve": call("GET", need),
        "needs_create": call("POST", "needs/", {"kind": "channel", "channel": "letter"}, 201),
        "needs_destroy": call("DELETE", need, status=204),
        "needs_look": call("POST", f"{need}look/", {"met": "yes"}),
        "needs_share": call("POST", f"{need}share/", {"pair": pair}),
        "needs_unshare": call("POST", f"needs/{things['need_shared']}/unshare/", {"pair": pair}),
        "shared_needs_list": call("GET", f"shared-needs/?pair={pair}"),
    }


def HIDE(northmoor: Any, pair: Pair, both: tuple[str, str]) -> None:
    """They agree what they can, contest a line, look at a principle again and note what helps them."""
    first, second = both
    with acting(northmoor, second) as partner:
        line = lines.write(pair=pair, topic="purpose", text=WORD, by=partner)
        begun = principles.propose(pair=pair, title=WORD, text=WORD, by=partner)
        version = PrincipleVersion.objects.get(principle=begun)
        time = hours.write(pair=pair, hours=made.terms(), by=partner)
        needs.note(kind="other", detail=WORD, by=partner)
        shown = needs.note(kind="large_print", by=partner)
        needs.share(need=shown, pair=pair, by=partner)
        hours.note(pair=pair, month=clock.today(), hours=made.terms().hours_citizen, is_covered=True, by=partner)
    for email in both:
        with acting(northmoor, email) as partner:
            lines.sign(line=line, shown=line.content_hash, by=partner)
            principles.sign(version=version, shown=version.content_hash, by=partner)
            hours.sign(agreement=time, shown=time.content_hash, by=partner)
    for email in both:
        with acting(northmoor, email) as partner:
            principles.review(version=version, answer="change", text=WORD, by=partner)
    with acting(northmoor, first) as founder:
        other = lines.write(pair=pair, topic="ambition", text=WORD, by=founder)
        lines.contest(line=other, reason=WORD, by=founder)


def ROWS(pair: UUID, seat: UUID) -> None:
    """A row in every table of the room that a partner may write into."""
    signed = "id, pair_id, state, content_hash, edited_by_id, edited_at"
    values = "gen_random_uuid(), %s, 'proposed', 'h', %s, now()"
    sql(f"INSERT INTO agreement_sharedline ({signed}, topic, text) VALUES ({values}, 'purpose', 'secret')", pair, seat)
    sql("INSERT INTO agreement_linereason (id, pair_id, line_id, seat_id, content_hash, text, given_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', 'secret', now() FROM agreement_sharedline", seat)  # fmt: skip
    sql("INSERT INTO agreement_linekey (id, pair_id, line_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM agreement_sharedline", seat)  # fmt: skip
    sql("INSERT INTO agreement_principle (id, pair_id, begun_by_id, begun_at)"
        " VALUES (gen_random_uuid(), %s, %s, now())",
        pair, seat)  # fmt: skip
    sql(f"INSERT INTO agreement_principleversion ({signed}, principle_id, number, title, text)"
        f" SELECT {values}, id, 1, 'secret', 'secret' FROM agreement_principle", pair, seat)  # fmt: skip
    sql("INSERT INTO agreement_principlekey (id, pair_id, version_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM agreement_principleversion", seat)  # fmt: skip
    sql(f"INSERT INTO agreement_timeagreement ({signed}, since, hours_professional, is_protected, hours_citizen,"
        f" is_paid) VALUES ({values}, current_date, 1, true, 1, true)", pair, seat)  # fmt: skip
    sql("INSERT INTO agreement_timekey (id, pair_id, agreement_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM agreement_timeagreement", seat)  # fmt: skip
    sql("INSERT INTO agreement_hoursgiven (id, pair_id, seat_id, month, hours, is_covered, written_at)"
        " VALUES (gen_random_uuid(), %s, %s, date_trunc('month', now())::date, 1, true, now())",
        pair, seat)  # fmt: skip
    sql("INSERT INTO agreement_communicationneed (id, member_id, kind, detail, channel, met, noted_at, look_again_on)"
        " SELECT gen_random_uuid(), member_id, 'breaks', 'secret', '', '', now(), current_date FROM pairs_seat"
        " WHERE id = %s", seat)  # fmt: skip
    sql("INSERT INTO agreement_needshare (id, pair_id, need_id, seat_id, shared_at)"
        " SELECT gen_random_uuid(), %s, id, %s, now() FROM agreement_communicationneed", pair, seat)  # fmt: skip


CODES = "codes, ids and dates of the house: what may stand there is fixed"
SECRETS = {
    f"agreement.{name}": OF_THE_PAIR
    for name in (
        "SharedLine", "LineReason", "LineKey", "PrincipleVersion", "PrincipleKey", "ReviewAnswer", "TimeAgreement",
        "TimeKey",
    )
}  # fmt: skip
SECRETS["agreement.CommunicationNeed"] = Secret(f"member_id = {OF_ONE} AND kind = 'other'", ONE)
OPEN_MODELS = {
    "agreement.Principle": CODES, "agreement.Review": CODES, "agreement.HoursGiven": "numbers and dates",
    "agreement.NeedShare": CODES,
}  # fmt: skip
WRITTEN = ("detail",)
SILENT = dict.fromkeys(("needs_create", "needs_look", "needs_destroy"), ONLY_MINE)
FOR_ALL = {"needs_create": "every member may say what helps them"}
