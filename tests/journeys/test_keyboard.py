"""Signing a decision with the keyboard alone."""

from __future__ import annotations

import pytest

from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tests.journeys.screens import tab_through
from tests.world import hidden_pair, inside


def press_with_keyboard(visitor, name):
    """Go with the Tab key to what has this name, and press Enter there."""
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == name:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key never reaches “{name}”")


@pytest.mark.parametrize("width", [375, 1280])
def test_a_decision_is_signed_without_a_mouse(visit, service, width):
    organisation = service.organisation("Saltmere Trust")
    with service.reached():
        pair, professional, citizen = hidden_pair(organisation)
        with inside(organisation, professional):
            decision = decisions.draft(
                pair=Pair.objects.get(pk=pair), title="Who writes first", text="Cora writes first.", by=professional
            )
            decisions.propose(decision=decision, by=professional)
    visitor = visit(width=width)
    visitor.step_in(citizen.pk, organisation)
    stops = tab_through(visitor.page)
    assert stops[0].name == "Skip to the main content"
    assert [stop.name for stop in stops if not stop.visible] == []

    press_with_keyboard(visitor, "Read and answer the decision: Who writes first")
    assert [stop.name for stop in tab_through(visitor.page) if not stop.visible] == []
    press_with_keyboard(visitor, "Sign this text")
    press_with_keyboard(visitor, "Accept and go on")
    focus = visitor.page.evaluate("document.activeElement.className")
    assert "nhsuk-error-summary" in focus
    press_error = visitor.page.locator(".nhsuk-error-summary a").first
    press_error.focus()
    visitor.page.keyboard.press("Enter")
    for _ in range(2):
        assert visitor.page.evaluate("document.activeElement.type") == "checkbox"
        visitor.page.keyboard.press("Space")
        visitor.page.keyboard.press("Tab")
    press_with_keyboard(visitor, "Accept and go on")
    press_with_keyboard(visitor, "Sign this text")
    assert visitor.reads("You have signed. Your partner can sign now.")
