"""What two partners can comment on: each single thing that both of them read, and nothing that one keeps sealed."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tenants.conversations import subjects
from tenants.pairs import actions as pairs
from tenants.projects.actions import options
from tenants.reflections.actions import learning, own, together
from tenants.relationship.actions import trying
from tenants.workplan.actions import plan
from tests import world
from tests import world_agreement as agreed
from tests import world_relationship as lived
from tests import world_workplan as planned
from tests.world import inside
from tests.world_applications import ready
from tests.world_instruments import answered, opened, revealed
from tests.world_meetings import offered, wall, written
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


def _option(shop):
    decision = shop.draft()
    with inside(shop.organisation, shop.citizen):
        return options.add(decision=decision, text="On Tuesdays", by=shop.citizen), f"decisions/{decision.pk}/"


def _in_plan(shop, kind):
    me = shop.professional
    with inside(shop.organisation, me):
        if kind == "milestone":
            return plan.add_milestone(pair=shop.pair, text="It is out", due_on=wall(9).date(), by=me), "plan/"
        return plan.add_task(pair=shop.pair, text="Ask them", who="both", due_on=None, by=me), "plan/"


def _looking_back(shop, kind):
    me = shop.professional
    with inside(shop.organisation, me):
        if kind == "reflection":
            slot = together.plan(pair=shop.pair, on=wall(3).date(), by=me)
            return slot, f"reflections/{slot.pk}/"
        row = learning.write(pair=shop.pair, text="Ask first.", evidence="Six said so.", changed="", by=me)
        if kind == "learning":
            return row, f"learning/{row.pk}/"
        share = learning.propose(learning=row, audience="The ward", sentence="Ask first.", by=me)
        return share, f"learning/shares/{share.pk}/"


def _snapback(shop):
    mine = lived.snapped(shop, shop.professional)
    lived.snapped(shop, shop.citizen)
    return mine, f"snap-backs/{mine.pk}/"


def _conversation(shop):
    made = lived.prepared(shop, shop.citizen)
    with inside(shop.organisation, shop.citizen):
        trying.share(conversation=made, by=shop.citizen)
    return made, f"hard-conversations/{made.pk}/"


def _passage(shop):
    with inside(shop.organisation, shop.citizen):
        reflection = own.write(text="I speak first. I wait.", by=shop.citizen)
        return own.share(reflection=reflection, pair=shop.pair, passage="I wait.", by=shop.citizen), "reflections/"


def _on_its_page(made, folder):
    return made, f"{folder}/{made.pk}/"


THINGS = {
    "shared_task": lambda shop: (shop.task(), "shared-task/"),
    "decision": lambda shop: _on_its_page(shop.draft(), "decisions"),
    "option": _option,
    "result": lambda shop: _on_its_page(shop.result(), "results"),
    "project": lambda shop: (planned.framed(shop), "project/"),
    "measure": lambda shop: _on_its_page(planned.measured(shop), "measures"),
    "plantask": lambda shop: _in_plan(shop, "plantask"),
    "milestone": lambda shop: _in_plan(shop, "milestone"),
    "person": lambda shop: _on_its_page(planned.person(shop), "people"),
    "file": lambda shop: (planned.kept(shop), "files/"),
    "round": lambda shop: _on_its_page(revealed(shop), "questions"),
    "line": lambda shop: (agreed.line(shop), "what-we-share/"),
    "time": lambda shop: (agreed.time(shop), "time/"),
    "principle": lambda shop: _on_its_page(SimpleNamespace(pk=agreed.principle(shop).principle_id), "principles"),
    "snapback": _snapback,
    "difference": lambda shop: _on_its_page(lived.shown(shop, shop.citizen), "differences"),
    "assumption": lambda shop: _on_its_page(lived.assumed(shop, shop.citizen), "assumptions"),
    "conversation": _conversation,
    "experiment": lambda shop: _on_its_page(lived.tried(shop, shop.citizen), "experiments"),
    "reflection": lambda shop: _looking_back(shop, "reflection"),
    "learning": lambda shop: _looking_back(shop, "learning"),
    "learning_share": lambda shop: _looking_back(shop, "learning_share"),
    "passage": _passage,
    "meeting": lambda shop: _on_its_page(offered(shop, shop.citizen, wall()), "meetings"),
    "application": lambda shop: (ready(shop), "application/"),
}
"""Kind → a thing of it that both read, and its page."""


def test_every_kind_is_tried_here():
    assert subjects.kinds() == sorted(THINGS)


@pytest.mark.parametrize("kind", THINGS)
def test_both_partners_comment_on_it_from_its_page_and_nobody_else_does(north, shop, browser_of, kind):
    thing, page = THINGS[kind](shop)
    place = f"/pairs/{shop.pair.pk}/talk/{kind}/{thing.pk}/"
    for partner in shop.partners:
        browser = browser_of(partner, north)
        page_of = f"/pairs/{shop.pair.pk}/{page}"
        if kind == "passage" and partner == shop.citizen:
            page_of = f"/reflections/{thing.reflection_id}/"  # who wrote it finds it where it was written
        assert f'href="{place}"' in browser.get(page_of).content.decode()
        said = text_of(browser.post(place, {"text": f"{partner.name} wonders."}, follow=True))
        assert f"{partner.name} wonders." in said
    other = workshop(north, "Another pair")
    with inside(north, other.citizen):
        assert subjects.find(other.citizen, kind, shop.pair.pk, thing.pk) is None
        assert subjects.find(other.citizen, kind, other.pair.pk, thing.pk) is None


def _unread(shop):
    asked = opened(shop)
    answered(shop, asked, shop.citizen)
    return asked


SEALED = {
    "a round that waits for the other": ("round", _unread),
    "a round that one answers alone": ("round", lambda shop: opened(shop, "capability", by=shop.citizen)),
    "an entry of one alone": ("snapback", lambda shop: lived.snapped(shop, shop.citizen)),
    "a line that is not shown": ("difference", lambda shop: lived.line(shop, shop.citizen)),
    "a preparation that is not shared": ("conversation", lambda shop: lived.prepared(shop, shop.citizen)),
}


@pytest.mark.parametrize("what", SEALED)
def test_what_one_keeps_sealed_is_talked_about_by_neither(north, shop, browser_of, what):
    kind, make = SEALED[what]
    thing = make(shop)
    place = f"/pairs/{shop.pair.pk}/talk/{kind}/{thing.pk}/"
    body = {"pair": str(shop.pair.pk), "subject_kind": kind, "subject_id": str(thing.pk), "text": "x"}
    for partner in shop.partners:
        browser = browser_of(partner, north)
        answer = browser.post("/api/v1/messages/", json.dumps(body), content_type="application/json")
        assert [browser.get(place).status_code, browser.post(place, {"text": "x"}).status_code] == [404, 404]
        assert answer.status_code in (403, 404)
    page = {"round": "questions", "snapback": "snap-backs", "difference": "differences"}.get(kind, "hard-conversations")
    assert (
        "/talk/"
        not in browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/{page}/{thing.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    "kind", ["round", "snapback", "difference", "conversation", "reflection", "application", "passage"]
)
def test_what_was_between_two_is_no_talk_with_whoever_comes_after(north, shop, browser_of, kind):
    thing, page = THINGS[kind](shop)
    with inside(north, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    new = world.joined(north, shop.pair.pk, shop.citizen, "Nora Next", side=world.Side.PROFESSIONAL)
    for partner in (shop.citizen, new):
        with inside(north, partner):
            assert subjects.find(partner, kind, shop.pair.pk, thing.pk) is None
    answer = browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/{page}")
    assert f"/talk/{kind}/{thing.pk}/" not in answer.content.decode()


def test_what_was_said_stays_to_be_read_when_its_thing_is_sealed_again(north, shop, browser_of):
    thing, _page = _conversation(shop)
    written(shop, shop.citizen, "Be gentle.", kind="conversation", subject=thing.pk)
    with inside(north, shop.citizen):
        trying.unshare(conversation=thing, by=shop.citizen)
    place, theirs = f"/pairs/{shop.pair.pk}/talk/conversation/{thing.pk}/", browser_of(shop.professional, north)
    assert "A comment from your partner" in text_of(theirs.get("/pairs/"))
    page = theirs.get(place).content.decode()
    assert "Be gentle." in page
    assert "The money" not in page
    assert 'name="text"' not in page
    assert theirs.post(place, {"text": "I will."}).status_code == 404
    assert "A comment from your partner" not in text_of(theirs.get("/pairs/"))
