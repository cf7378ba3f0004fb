"""Meetings, and the address of one's own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER
from tenants.meetings import actions
from tenants.meetings.models import Meeting
from tenants.pairs.models import Pair
from tests.permissions.doors import ALL, Door, boxes
from tests.permissions.house import OTHER
from tests.privacy.secrets_of import OF_ONE, OF_THE_PAIR, ONE, Secret
from tests.world import inside, sql
from tests.world_meetings import agreed, offered, past, plan, wall

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tests.world_projects import Workshop

EVERYBODY = frozenset({PARTNER})
ONLY_MINE = "where somebody keeps a calendar is nobody's business"
_ALL = "/pairs/<uuid:pair>/meetings"
_ONE = f"{_ALL}/<uuid:pk>"
P = ("partner",)

MAY = {"meetings.read": EVERYBODY, "meetings.plan": EVERYBODY, "meetings.use_calendar": EVERYBODY}
OPEN = {"tenants.meetings.views.Feed": "a calendar program has no session; the secret address is the permission"}


def times(things: dict[str, Any]) -> dict[str, Any]:
    """A first choice as it is typed, and the rest of a plan."""
    return {**boxes("day_1", -30), "time_1": "14:30", "venue": "online", "minutes": "60"}


def _one(name: str, act: str, **more: Any) -> Door:
    return Door(P, {"pair": "pair", "pk": name}, records=(act,), **more)


DOORS = {
    f"{_ALL}/": Door(P, {"pair": "pair"}),
    f"{_ALL}/new/": Door(P, {"pair": "pair"}, typed=times, records=("meeting.proposed",)),
    f"{_ALL}/shares/": Door(P, {"pair": "pair"}),
    f"{_ONE}/": Door(P, {"pair": "pair", "pk": "meeting"}),
    f"{_ONE}/choose/": _one(
        "meeting_to_answer", "meeting.agreed", typed=lambda things: {"time": things["meeting_time"]}
    ),
    f"{_ONE}/ask/": _one("meeting_to_answer", "meeting.other_times_asked", typed={"words": "Mornings."}),
    f"{_ONE}/offer/": _one("meeting", "meeting.moved", typed=times),
    f"{_ONE}/decline/": _one("meeting_to_answer", "meeting.declined", typed={"reason": "access"}),
    f"{_ONE}/cancel/": _one("meeting", "meeting.cancelled"),
    f"{_ONE}/close/": _one("meeting_over", "meeting.held", typed={"met": "yes"}),
    f"{_ONE}/notes/": _one("meeting", "meeting.noted", typed={"text": "We spoke."}),
    f"{_ONE}/meeting.ics": Door(P, {"pair": "pair", "pk": "meeting"}),
    "/calendar/": Door(P, post=200, silent=ONLY_MINE),
    "/calendar/<slug:token>.ics": Door(
        ALL, {"token": "feed_token"}, shared=(OTHER,), leaves={"accounts_tries": "how often it was fetched"}
    ),
}


def THINGS(shop: Workshop) -> dict[str, Any]:
    """One that stands and was moved, one that waits for the professional, one that is over, and a calendar."""
    me, other = shop.partners
    moved = agreed(shop, me)
    with inside(shop.organisation, me):
        actions.offer(meeting=moved, plan=plan(), walls=(wall(9), wall(10)), by=me)
        secret = actions.make_feed(by=me)
    with inside(shop.organisation, other):
        moved = actions.choose(meeting=moved, time=moved.times.get(round=2, choice=1).pk, by=other)
    waiting, over = offered(shop, other), past(shop, me)
    with inside(shop.organisation, me):
        time = waiting.times.get(choice=2).pk
    return {
        "meeting": moved.pk,
        "meeting_to_answer": waiting.pk,
        "meeting_time": time,
        "meeting_over": over.pk,
        "feed_token": secret,
    }


def CALLS(everything: Any) -> dict[str, Any]:
    """One call of each operation."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    new = {"times": ["2190-01-01T14:30"], "minutes": 60, "venue": "online"}
    answer = f"meetings/{things['meeting_to_answer']}"
    one, over = f"meetings/{things['meeting']}", f"meetings/{things['meeting_over']}"
    return {
        "meetings_list": call("GET", f"meetings/?pair={pair}&state=agreed"),
        "meetings_retrieve": call("GET", f"{one}/"),
        "meetings_create": call("POST", "meetings/", {"pair": pair, **new}, 201),
        "meetings_offer": call("POST", f"{one}/offer/", new),
        "meetings_choose": call("POST", f"{answer}/choose/", {"time": str(things["meeting_time"])}),
        "meetings_ask": call("POST", f"{answer}/ask/", {"words": "Mornings."}),
        "meetings_decline": call("POST", f"{answer}/decline/", {"reason": "no_time"}),
        "meetings_cancel": call("POST", f"{one}/cancel/", {"reason": ""}),
        "meetings_close": call("POST", f"{over}/close/", {"met": True}),
        "meetings_note": call("POST", f"{one}/note/", {"text": "We spoke."}),
        "meeting_shares_retrieve": call("GET", f"meeting-shares/{pair}/"),
        "calendar_feed_retrieve": call("GET", "calendar-feed/"),
        "calendar_feed_create": call("POST", "calendar-feed/", status=201),
        "calendar_feed_destroy": call("DELETE", "calendar-feed/", status=204),
    }


def HIDE(northmoor: Organisation, pair: Pair, both: tuple[str, str]) -> None:
    """The two of the hidden pair agree a meeting, move it, and turn another one down."""
    two_hats, unseen = both
    words = {name: f"Zanzibarquill {name}" for name in ("place", "agenda", "access_needs")}
    with acting(northmoor, unseen) as partner:
        actions.make_feed(by=partner)
        held = Pair.objects.get(pk=pair.pk)
        first = actions.propose(pair=held, plan=plan(**words), walls=[wall(7)], by=partner)
        second = actions.propose(pair=held, plan=plan(**words), walls=[wall(9)], by=partner)
    with acting(northmoor, two_hats) as founder:
        actions.choose(meeting=first, time=first.times.get().pk, by=founder)
        actions.note(meeting=first, text="Zanzibarquill notes", by=founder)
        actions.offer(meeting=first, plan=plan(**words), walls=[wall(8)], by=founder)
        actions.decline(meeting=second, reason="no_time", words="Zanzibarquill words", by=founder)
    with acting(northmoor, unseen) as partner:
        actions.choose(meeting=first, time=first.times.get(round=2).pk, by=partner)
        assert Meeting.objects.filter(pair_id=pair.pk).count() == 2


def ROWS(pair: UUID, seat: UUID) -> None:
    """A meeting that was moved once, with its times."""
    sql("INSERT INTO meetings_meeting (id, pair_id, state, round, proposed_by_id, proposed_at, minutes, venue, place,"
        " link, agenda, access_needs, time_of, reason, words, notes, sequence, changed_at) VALUES (gen_random_uuid(),"
        " %s, 'proposed', 1, %s, now(), 60, 'online', 'secret', '', '', '', '', '', '', '', 0, now())",
        pair, seat)  # fmt: skip
    sql("INSERT INTO meetings_offeredtime (id, pair_id, meeting_id, seat_id, round, choice, starts_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 1, 1, %s FROM meetings_meeting",
        seat, clock.now())  # fmt: skip


SILENT = {"calendar_feed_create": ONLY_MINE, "calendar_feed_destroy": ONLY_MINE}
FOR_ALL = dict.fromkeys(("calendar_feed_create", "calendar_feed_destroy"), "every member has a calendar")
CODES = "codes, ids and dates of the house: what may stand there is fixed"
SECRETS = {
    "meetings.Meeting": OF_THE_PAIR,
    "meetings.CalendarFeed": Secret(f"person_id = {OF_ONE}", ONE),
}
OPEN_MODELS = {"meetings.OfferedTime": CODES, "meetings.Move": CODES}
NO_PAGES = {
    "organisation /pairs/<uuid:pair>/meetings/<uuid:pk>/meeting.ics": "a file",
    "organisation /calendar/<slug:token>.ics": "a file",
}
NOT_SEEN = {"organisation /calendar/<slug:token>.ics": "no page leads to it: its address is told once, to one person"}
WRITTEN = ("agenda", "access_needs", "words", "notes")
