"""What people get wrong has a clear answer, and nothing is lost."""

from __future__ import annotations

import pytest
from django.conf import settings

from rollout.accounts.models import Account
from rollout.accounts.sessions import SessionStore
from tests.journeys.screens import CODE
from tests.world import lead as a_lead

ROSTER = (settings.ROOT / "demo" / "roster-northmoor.csv").read_text()


def eleven_minutes_pass(visitor):
    """Make the code in this browser's session older than it may become."""
    cookie = next(cookie for cookie in visitor.page.context.cookies() if cookie["name"] == "sessionid")
    with visitor.service.reached():
        session = SessionStore(cookie["value"])
        waiting = [session["account_login"]]
        while waiting:
            state = waiting.pop()
            if "at" in state:
                state["at"] -= 660
            waiting += [part for part in state.values() if isinstance(part, dict)]
        session.modified = True
        session.save()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_roster_is_explained_row_by_row_and_a_mended_one_goes_on(visit, service, javascript):
    organisation = service.organisation("Eastvale Trust")
    with service.reached():
        lead = a_lead(organisation)
    visitor = visit(javascript=javascript, width=375)
    visitor.step_in(lead.pk, organisation)
    visitor.follow("Upload a roster")

    def upload(text):
        visitor.page.locator("[type=file]").set_input_files(
            {"name": "our roster.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        visitor.press("Check this roster")

    visitor.press("Check this roster")
    assert visitor.page.title().startswith("Error:")
    wrong = ROSTER.replace("idris.penhallow@example.com", "maureen.tatlow@example.com").replace("sponsor", "=SUM(A1)")
    upload(wrong)
    assert visitor.page.title().startswith("Error:")
    assert visitor.reads("Nothing was saved.")
    report = visitor.page.get_by_role("table")
    for row in ("Row 4", "Row 8", "Row 9"):
        assert report.get_by_role("row").filter(has_text=row).count()
    visitor.keeps_nobody_out()
    visitor.picture(f"roster-wrong-{javascript}")

    upload(ROSTER)
    assert visitor.reads("17 people get an invitation by e-mail.")
    visitor.go("/rollout/roster/", organisation)
    assert visitor.page.get_by_role("link", name="our roster.csv").count() == 1
    upload(ROSTER)
    visitor.go("/rollout/roster/", organisation)
    assert visitor.page.get_by_role("link", name="our roster.csv").count() == 1


def test_a_wrong_code_and_one_whose_time_is_over_each_leave_a_way_on(visit, service):
    email = "slow.reader@example.org"
    with service.reached():
        Account.objects.for_address(email)
    visitor = visit(width=375)
    visitor.go("/sign-in/")
    visitor.type(email="not an address")
    visitor.press("Send me a code")
    assert visitor.page.title().startswith("Error:")
    assert visitor.page.locator("[name=email]").input_value() == "not an address"
    visitor.type(email=email)
    visitor.press("Send me a code")
    code = CODE.search(service.next_letter(email).text)[0]
    visitor.type(code="AAAA-AAAA")
    visitor.press("Sign in")
    assert visitor.page.title().startswith("Error:")
    visitor.keeps_nobody_out()
    visitor.picture("code-wrong")

    eleven_minutes_pass(visitor)
    visitor.type(code=code)
    visitor.press("Sign in")
    assert visitor.reads("This code does not work any more. Ask for a new one.")
    visitor.keeps_nobody_out()
    visitor.picture("code-over")
    visitor.finish_sign_in(email)
    assert visitor.reads("Sign out")
