"""The keyboard alone: the first stop leads past the menu, and a mistake is found and mended."""

from __future__ import annotations

from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tests.journeys.screens import tab_through
from tests.world import hidden_pair, inside


def test_a_mistake_is_found_and_mended_without_a_mouse(visit, service):
    organisation = service.organisation("Saltmere Trust")
    with service.reached():
        pair, professional, citizen = hidden_pair(organisation)
        with inside(organisation, professional):
            decision = decisions.draft(
                pair=Pair.objects.get(pk=pair), title="Who writes first", text="Cora writes first.", by=professional
            )
            decisions.propose(decision=decision, by=professional)
    visitor = visit(width=375, mouse=False)
    visitor.step_in(citizen.pk, organisation)
    stops = tab_through(visitor.page)
    assert stops[0].name == "Skip to the main content"
    assert [stop.name for stop in stops if not stop.visible] == []

    visitor.follow("Read and answer the decision: Who writes first")
    assert [stop.name for stop in tab_through(visitor.page) if not stop.visible] == []
    visitor.press("Sign this text")
    visitor.press("Accept and go on")
    assert visitor.page.title().startswith("Error:")
    assert "nhsuk-error-summary" in visitor.page.evaluate("document.activeElement.className")
    for _mistake in range(2):
        visitor.page.keyboard.press("Tab")
        leads_to = visitor.page.evaluate("document.activeElement.hash")
        visitor.page.keyboard.press("Enter")
        assert visitor.page.evaluate("'#' + document.activeElement.id") == leads_to
        assert visitor.page.evaluate("document.activeElement.type") == "checkbox"
        visitor.page.keyboard.press("Space")
        visitor.page.locator(".nhsuk-error-summary").focus()
        if _mistake == 0:
            visitor.page.keyboard.press("Tab")
    visitor.press("Accept and go on")
    visitor.press("Sign this text")
    assert visitor.reads("You have signed. Your partner can sign now.")
