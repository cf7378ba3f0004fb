"""Pages around the work: signing in, help, one's own account, the operator's pages, and pages that say no."""

from __future__ import annotations

import pytest

from rollout.accounts.models import Account
from tests.journeys.screens import Visitor, barriers, sideways, small_targets, tab_through
from tests.world import hidden_pair
from tests.world import lead as a_lead

WIDTHS = (375, 1280)
OPEN = ("/", "/sign-in/", "/help/", "/worried/", "/privacy/", "/terms/", "/accessibility/")


def examine(visitor: Visitor, path: str, organisation=None) -> None:
    """Open a page and look at it at both widths."""
    visitor.go(path, organisation)
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.keeps_nobody_out()
        visitor.picture(f"door{path.replace('/', '-')}{visitor.page.locator('html').get_attribute('lang')}-{width}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_that_need_nobody_are_for_everybody(visit, language):
    visitor = visit(language=language)
    for path in OPEN:
        examine(visitor, path)
        assert visitor.page.locator("html").get_attribute("lang") == language
        assert [stop.name for stop in tab_through(visitor.page) if not stop.visible] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_that_say_no_are_for_everybody(visit, service, language):
    organisation = service.organisation("Harbour Trust")
    with service.reached():
        lead, stranger = a_lead(organisation), Account.objects.for_address("stranger@example.org")
    visitor = visit(language=language)
    visitor.page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": service.url("/", organisation)}]
    )
    for path in ("/invitations/not-a-link/", "/witness/not-a-link/", "/enter/finish/?code=wrong", "/nowhere/"):
        examine(visitor, path, organisation)
        assert visitor.page.locator("html").get_attribute("lang") == language
    visitor.page.goto(service.url("/").replace("localhost", "nobody-here.localhost"))
    visitor.keeps_nobody_out()
    visitor.step_in(stranger.pk, organisation)
    visitor.keeps_nobody_out()
    another = visit()
    another.step_in(lead.pk, organisation)
    if language == "fr":
        another.press("Français")
    for path in ("/finance/", "/pairs/00000000-0000-4000-8000-000000000000/"):
        examine(another, path, organisation)
        assert another.page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_operators_pages_are_for_everybody(visit, service, language):
    with service.reached():
        operator = Account.objects.for_address(f"operator-{language}@example.org")
    service.as_administrator(None, "UPDATE accounts_account SET is_operator = true WHERE id = %s", operator.pk)
    organisation = service.organisation("Riverside Trust")
    visitor = visit(language=language)
    visitor.step_in(operator.pk, organisation)
    for path in ("/", "/sessions/", "/operator/", "/operator/create/", f"/operator/{organisation.slug}/suspend/"):
        examine(visitor, path)
    examine(visitor, "/sign-out/")
    visitor.page.locator("main form button").first.click()
    visitor.keeps_nobody_out()


def test_after_signing_out_the_way_back_shows_nothing(visit, service):
    organisation = service.organisation("Shared Computer Trust")
    with service.reached():
        _pair, professional, _citizen = hidden_pair(organisation, "Nobody else reads this")
    visitor = visit()
    visitor.step_in(professional.pk, organisation)
    visitor.follow("Nobody else reads this")
    visitor.press("Sign out")
    for _step in range(3):
        visitor.page.go_back()
        assert not visitor.reads("Nobody else reads this")
        assert not visitor.reads("Priya")


def test_what_would_keep_people_out_is_found(visit):
    visitor = visit(width=375)
    visitor.go("/sign-in/")
    visitor.page.evaluate(
        """() => {
          document.querySelector("main").append(new Image());
          const wide = document.createElement("p"), small = document.createElement("button");
          [wide.style.width, wide.textContent] = ["500px", "wide"];
          [small.textContent, small.className] = ["x", "small"];
          [small.style.width, small.style.height, small.style.padding] = ["10px", "10px", "0"];
          document.querySelector("main").append(wide, small);
          for (const link of document.querySelectorAll("footer a"))
            for (const [name, value] of [["outline", "none"], ["box-shadow", "none"], ["background", "white"],
              ["color", "black"], ["border", "none"], ["position", "static"], ["clip", "auto"], ["transition", "none"]])
              link.style.setProperty(name, value, "important");
        }"""
    )
    assert any("image-alt" in barrier for barrier in barriers(visitor.page))
    assert sideways(visitor.page)
    assert any("small" in target for target in small_targets(visitor.page))
    unseen = [stop.name for stop in tab_through(visitor.page) if not stop.visible]
    assert "Get help" in unseen
    assert "Skip to the main content" not in unseen
