"""A passkey in a real browser, with an authenticator that the browser plays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rollout.accounts.models import Account
from tests.journeys.second_step import RECOVERY

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

    from tests.journeys.screens import Visitor

ADA = "ada.keyholder@example.org"


def plug_in(visitor: Visitor, *, verified: bool = True) -> tuple[CDPSession, str]:
    """An authenticator in this browser, whose person is verified or not."""
    driver = visitor.page.context.new_cdp_session(visitor.page)
    driver.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return driver, driver.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_made_and_signs_in(visit, service):
    with service.reached():
        Account.objects.for_address(ADA)
    visitor = visit()
    driver, authenticator = plug_in(visitor)
    visitor.sign_in(ADA)
    visitor.go("/factors/")
    visitor.keeps_nobody_out()
    visitor.follow("Add a passkey")
    visitor.keeps_nobody_out()
    visitor.type(name="My computer")
    visitor.press("Make the passkey")
    visitor.keeps_nobody_out()
    assert len(RECOVERY.findall(visitor.page.locator("main").inner_text())) == 10
    kept = driver.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [credential["rpId"] for credential in kept] == ["localhost"]
    visitor.follow("I have kept them. Go on")
    assert visitor.reads("My computer")
    visitor.picture("factors")

    visitor.page.get_by_role("button", name="Sign out").first.click()
    visitor.page.wait_for_url(re.compile("/sign-out/"))
    visitor.sign_in(ADA, "/sign-in/?next=/factors/")
    assert visitor.reads("Second step")
    visitor.keeps_nobody_out()
    visitor.press("Use your passkey")
    assert visitor.page.url == service.url("/factors/")

    with_nobody_certain = visit()
    plug_in(with_nobody_certain, verified=False)
    with_nobody_certain.sign_in(ADA)
    with_nobody_certain.press("Use your passkey")
    assert with_nobody_certain.reads("The passkey did not work.")
    with_nobody_certain.go("/sessions/")
    assert with_nobody_certain.page.locator("[name=email]").count() == 1


def test_without_scripts_a_passkey_is_not_promised(visit, service):
    with service.reached():
        Account.objects.for_address("bea.plain@example.org")
    visitor = visit(width=375, javascript=False)
    visitor.sign_in("bea.plain@example.org")
    visitor.go("/factors/passkey/")
    visitor.keeps_nobody_out()
    assert visitor.reads("An authenticator app works without it.")
    visitor.type(name="x")
    visitor.press("Make the passkey")
    assert visitor.reads("The browser did not make a passkey.")
