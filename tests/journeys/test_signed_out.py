"""A shared computer: nothing is left on the screen for whoever comes next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rollout.accounts.models import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.screens import Visitor
    from tests.journeys.service import Service

NORA = "nora.nextdoor@example.org"


def test_going_back_after_signing_out_shows_nothing(visit: Callable[..., Visitor], service: Service) -> None:
    with service.reached():
        Account.objects.for_address(NORA)
    visitor = visit()
    visitor.sign_in(NORA)
    visitor.go("/email/")
    assert visitor.page.locator("main").get_by_text(NORA).count() == 1
    visitor.go("/sessions/")
    visitor.page.get_by_role("button", name="Sign out", exact=True).first.click()
    visitor.page.wait_for_url(re.compile("/sign-out/"))
    for _page in range(2):
        visitor.page.go_back()
        visitor.page.wait_for_load_state()
        assert NORA not in visitor.page.content()
        assert "Sign out there" not in visitor.page.content()
    visitor.go("/email/")
    assert visitor.page.locator("[name=email]").count() == 1
