"""A full week on a phone: whatever waits for one of the two is done in twelve pages, the home page among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rollout.kernel import clock
from tenants.reflections.actions import together
from tenants.relationship.actions import snapbacks
from tenants.workplan.actions import plan
from tests.world import inside
from tests.world_agreement import principle
from tests.world_instruments import opened
from tests.world_meetings import offered, written
from tests.world_pairs import accepted
from tests.world_projects import Workshop, workshop
from tests.world_relationship import shown, snapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Response

    from tests.journeys.screens import Visitor

MOST = 12


def full_week(shop: Workshop) -> None:
    """What the professional leaves for the citizen to do in a week."""
    me = shop.professional
    accepted(*shop.partners)
    with inside(shop.organisation, me):
        together.plan(pair=shop.pair, on=clock.today(), by=me)
        plan.add_task(pair=shop.pair, text="Ring the library", who="citizen", due_on=clock.today(), by=me)
    opened(shop, by=me)
    written(shop, me, "The ward has read the first letter.")
    offered(shop, me)
    principle(shop, signed_by=(me,))
    shop.proposed("Which ward begins", signed_by=(me,))
    shop.result(title="Fewer calls", signed_by=(me,))
    entry = snapped(shop, me)
    with inside(shop.organisation, me):
        snapbacks.invite(snapback=entry, by=me)
    shown(shop, me)


def choose_everywhere(visitor: Visitor) -> None:
    """The second answer to every question of this page."""
    for name in dict.fromkeys(box.get_attribute("name") for box in visitor.page.locator("main [type=radio]").all()):
        visitor.tick(visitor.page.locator(f"[name='{name}']").nth(1))


def answer_check_in(visitor: Visitor) -> None:
    choose_everywhere(visitor)
    visitor.press("Send my answers")


def look_back(visitor: Visitor) -> None:
    choose_everywhere(visitor)
    visitor.type(words="I spoke first.")
    visitor.press(re.compile("Save"))


def restate(visitor: Visitor) -> None:
    visitor.type(text="You fear that we laugh at you.")
    visitor.press(re.compile("Save|Send"))


def sign(visitor: Visitor) -> None:
    visitor.press("Sign this text")


DONE: dict[str, Callable[[Visitor], None]] = {
    r"/questions/.+/answer/": answer_check_in,
    r"/messages/": lambda visitor: visitor.follow("Go on to the next"),
    r"/meetings/": lambda visitor: visitor.use(visitor.page.locator("[name=time]").first),
    r"/principles/|/decisions/|/results/": sign,
    r"/snap-backs/new/": look_back,
    r"/differences/.+/restate/": restate,
    r"/plan/": lambda visitor: visitor.press(re.compile("^Done")),
    r"/reflections/": lambda visitor: visitor.press("We talked, and write no text"),
}
"""What a person does at each address. What is only read needs a way on."""


@pytest.mark.parametrize("javascript", [True, False])
def test_a_full_week_is_done_in_twelve_pages(visit, service, javascript):
    organisation = service.organisation("Weekly Trust")
    with service.reached():
        shop = workshop(organisation)
        full_week(shop)
    visitor = visit(width=375, javascript=javascript, mouse=javascript)
    loaded: list[str] = []

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            loaded.append(response.url)

    visitor.step_in(shop.citizen.pk, organisation, "/pairs/")
    visitor.page.on("response", note)
    visitor.go("/pairs/", organisation)
    assert visitor.page.locator("main .todo-list__item").count() == 10
    visitor.follow("Go through them one after the other")
    while not visitor.page.url.endswith("/pairs/"):
        visitor.keeps_nobody_out()
        act = next(act for pattern, act in DONE.items() if re.search(pattern, visitor.page.url))
        act(visitor)
    assert visitor.reads("Nothing needs you now.")
    assert len(loaded) <= MOST, loaded
