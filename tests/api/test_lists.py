"""Lists: pages without totals, filters that hold, and the same number of questions to the database for few and many."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from governance.boards import actions as boards
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import shared_task, witnesses
from tenants.surfacing import actions as surfacing
from tests import rooms, world, world_governance, world_projects, world_roster, world_webhooks
from tests.world import inside, sql
from tests.world_api import BASE, CANARY, Call, send, undone

if TYPE_CHECKING:
    from django.test import Client

    from tests.world_api import Everything

INJECTIONS = (
    "'", '"', "1; DROP TABLE pairs_pair", "' OR '1'='1", "1) UNION SELECT 1 --", "pk", "pair__seats__member__name",
    "members_member.name", "?", "-", "--title", "title,text", "id::text", "\x00", "%00", "\ud7ff", "０", "0x00", "null",
    "reset role; set role postgres", "$1", "{}", "[]", "%s", "%(a)s", "\\", "title desc nulls first", "random()",
)  # fmt: skip


def lists(everything: Everything) -> dict[str, Call]:
    return {name: call for name, call in everything.calls().items() if name.endswith("_list")}


def bare(call: Call) -> str:
    """The address of a list with what it cannot do without."""
    path, _, query = call.path.partition("?")
    needed = [part for part in query.split("&") if path in ("witnesses/", "offers/", "pair-events/", "proposed-pairs/")]
    return f"{BASE}{path}?{'&'.join(needed)}"


def get(everything: Everything, call: Call, address: str, **query: Any) -> Any:
    client: Client = everything.browser(call.who)
    more = "&" if query else ""
    return client.get(f"{address}{more}{urlencode(query)}", headers={"capacity": call.hat})


LONG = {"pair_events_list", "webhook_deliveries_list"}
"""Lists that are longer than one page in every world: the rooms do much."""


def test_every_list_comes_in_pages_that_meet_and_tell_no_totals(everything):
    with undone():
        grow(everything)
        for name, call in lists(everything).items():
            whole = get(everything, call, bare(call), limit=100).json()
            assert set(whole) == {"next", "results"}, name
            assert (whole["next"] is None) == (name not in LONG), name
            found, address = [], f"{bare(call)}&limit=2"
            while address:
                page = get(everything, call, address).json()
                assert 1 <= len(page["results"]) <= 2 or not whole["results"], name
                found += page["results"]
                address = page["next"]
            assert found[:100] == whole["results"], name


def test_a_cursor_tells_nothing_and_belongs_to_one_list_in_one_order(everything):
    client = everything.browser(everything.professional)
    address = client.get(f"{BASE}decisions/?limit=1&ordering=title").json()["next"]
    cursor = address.split("cursor=")[1].split("&")[0].replace("%3D", "=")
    assert CANARY not in address
    assert "draft" not in address
    same = client.get(f"{BASE}decisions/?limit=1&ordering=title").json()["next"]
    assert same == address
    for path in ("decisions/?ordering=-title", "decisions/", "results/?ordering=title", "pairs/"):
        sign = "&" if "?" in path else "?"
        assert client.get(f"{BASE}{path}{sign}cursor={cursor}").status_code == 404
    for made_up in ("", "x", "AAAA", cursor[:-4], cursor[::-1], "\x00", "ü", "cD0yMDI2"):
        answer = client.get(f"{BASE}decisions/", {"ordering": "title", "cursor": made_up})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), made_up


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "1e9", "9" * 5000, "", "１٠"])
def test_a_page_has_one_to_a_hundred_entries(everything, limit):
    answer = everything.browser(everything.professional).get(f"{BASE}decisions/", {"limit": limit})
    if answer.status_code == 200:  # other scripts' digits are digits
        assert limit == "１٠"
    else:
        assert (answer.status_code, set(answer.json()["detail"])) == (400, {"limit"})


def test_nothing_gets_from_a_parameter_into_the_database_but_values(everything):
    known = lists(everything)
    tried = [(name, "ordering", injection) for name in known for injection in INJECTIONS[:2]]
    for name, parameter in (("decisions_list", "ordering"), ("decisions_list", "state"), ("decisions_list", "pair"),
                            ("decisions_list", "limit"), ("members_list", "search"), ("pair_events_list", "action"),
                            ("shown_pairs_list", "unknown")):  # fmt: skip
        tried += [(name, parameter, injection) for injection in INJECTIONS]
    for name, parameter, injection in tried:
        call = known[name]
        answer = get(everything, call, bare(call), **{parameter: injection})
        if answer.status_code == 200:
            assert parameter in ("search", "action"), (name, parameter, injection)
            assert answer.json()["results"] == []
        else:
            refused = (answer.status_code, answer.json()["code"], *answer.json()["detail"])
            assert refused == (400, "invalid", parameter), (name, parameter, injection)


def test_filters_narrow_and_orderings_sort(everything):
    client = everything.browser(everything.professional)
    whole = client.get(f"{BASE}decisions/?limit=100").json()["results"]
    agreed = client.get(f"{BASE}decisions/?state=agreed").json()["results"]
    assert agreed == [entry for entry in whole if entry["state"] == "agreed"] != []
    assert client.get(f"{BASE}decisions/?pair={everything.second}").json()["results"] == []
    titles = [entry["title"] for entry in client.get(f"{BASE}decisions/?ordering=title").json()["results"]]
    turned = [entry["title"] for entry in client.get(f"{BASE}decisions/?ordering=-title").json()["results"]]
    assert titles == turned[::-1] == sorted(titles)
    moments = [entry["drafted_at"] for entry in whole]
    assert moments == sorted(moments, reverse=True)
    other = client.get(f"{BASE}decisions/?pair={everything.shown.pair}").json()
    assert other == {"next": None, "results": []}


def test_few_and_many_entries_cost_the_same_questions(everything):
    with undone():
        for call in lists(everything).values():
            questions(everything, call)  # the first use of a session is noted, the host is looked up
        few = {name: questions(everything, call) for name, call in lists(everything).items()}
        grow(everything)
        many = {name: questions(everything, call) for name, call in lists(everything).items()}
    grown = {name for name in few if many[name][0] > few[name][0]} | LONG
    assert set(few) - grown <= {"sites_list", "proposals_list", "proposed_pairs_list", "offers_list"} | _of_one_person(
        everything
    )
    assert {name: cost for name, (_count, cost) in many.items()} == {name: cost for name, (_c, cost) in few.items()}


def questions(everything: Everything, call: Call) -> tuple[int, int]:
    """How many entries a list has, and how many statements it takes to read it."""
    client = everything.browser(call.who)
    with CaptureQueriesContext(connections["default"]) as here, CaptureQueriesContext(connections["platform"]) as there:
        answer = client.get(f"{bare(call)}&limit=100", headers={"capacity": call.hat})
    assert answer.status_code == 200, (call.path, answer.content)
    return len(answer.json()["results"]), len(here) + len(there)


def grow(everything: Everything) -> None:
    """More of nearly everything."""
    organisation, mine, me, lead = everything.organisation, everything.mine, everything.professional, everything.lead
    for number in (1, 2):
        mine.proposed(f"{CANARY} more {number}", signed_by=mine.partners)
        mine.result(title=f"{CANARY} more {number}", points=[(world_projects.day(7), world_projects.Decimal(1))])
        world_governance.shown_to(everything.board, title=f"More {number}")
        member = world.member(organisation, f"Mo {number}", Role.SPONSOR)
        with inside(organisation, me):
            founded = pairs.found(
                title=f"{CANARY} more {number}", kind="manager", partner_name="Mo",
                partner_email=f"mo{number}@example.org", by=me,
            )  # fmt: skip
            witnesses.ask(
                result=everything.claimed, name="Mo", email=f"mo{number}@example.org", relation="Knows", by=me
            )
            surfacing.propose(pair=mine.pair, audience="sponsor", audience_id=member.pk, picks=[], by=me)
            sql("SELECT notify(%s, 'partner', 'test.news', NULL, %s)", me.pk, uuid.uuid4())
        world.joined(organisation, founded.pk, me, f"Moa {number}", side="citizen")
        world_webhooks.register(organisation, me)
        with inside(organisation, me):
            shared_task.write(pair=Pair.objects.get(pk=founded.pk), text=CANARY, by=me)
        with inside(organisation, lead, Role.ROLLOUT_LEAD):
            members.invite(name="Mo", email=f"mo.{number}@example.org", by=lead)
            body = boards.found(name=f"More {number}", by=lead)
            boards.seat(body=body, member=everything.board.secretary, kind="secretary", by=lead)
            people = [(f"Mo {number}{side}", f"{number}{side}@example.com", "", side, kind, "", f"More {number}", "")
                      for side, kind in (("citizen", "patient"), ("professional", "manager"))]  # fmt: skip
        world_roster.stored(organisation, lead, *people, name=f"more{number}.csv")
        world_governance.issued(everything.board, language=("fr", "en")[number - 1]) if number == 1 else _older(
            everything
        )
    again = _another_pair(everything)
    for room in rooms.every():
        if hasattr(room, "GROW"):
            room.GROW(everything)
        elif hasattr(room, "THINGS") and room.__name__.rpartition(".")[2] not in ONCE:
            room.THINGS(again)


def _of_one_person(everything: Everything) -> set[str]:
    """The lists of rooms that cannot be grown here; their own tests grow them."""
    found = [room for room in rooms.every() if room.__name__.rpartition(".")[2] in ONCE]
    return {name for room in found for name in room.CALLS(everything)} | {"instruments_list", "systems_list"}


ONCE = {"agreement", "finder", "assistance", "leaving"}
"""Rooms in which somebody has things of their own that there is one of, whatever the number of their pairs."""


def _another_pair(everything: Everything) -> world_projects.Workshop:
    """One more pair of the same professional."""
    organisation, me = everything.organisation, everything.professional
    pair = world.founded(organisation, me, title=f"{CANARY} again")
    citizen = world.joined(organisation, pair, me, "Agnes Again")
    with inside(organisation, me):
        made = world_projects.Workshop(organisation, Pair.objects.get(pk=pair), me, citizen)
    made.proposed(f"{CANARY} first")
    made.proposed(f"{CANARY} second")
    return made


def _older(everything: Everything) -> None:
    """A pack about an earlier period."""
    call = Call(
        everything.lead, "POST", "pack-requests/",
        {"board": str(everything.board.body.pk), "period_start": "2025-01-01", "period_end": "2025-03-31",
         "language": "en"}, 201, Role.ROLLOUT_LEAD,
    )  # fmt: skip
    assert send(everything.browser(everything.lead), call).status_code == 201
