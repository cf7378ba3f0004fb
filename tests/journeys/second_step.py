"""The second step that offices need, through the real pages."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

if TYPE_CHECKING:
    from tests.journeys.screens import Visitor

RECOVERY = re.compile(r"\b[B-Z2-9]{4}-[B-Z2-9]{4}-[B-Z2-9]{4}\b")
HALF_MINUTE = 30


def set_up_app(visitor: Visitor) -> list[str]:
    """From "Your second step" on: add an authenticator app; the recovery codes, and on to where one wanted to go."""
    visitor.keeps_nobody_out()
    visitor.follow("Add an authenticator app")
    visitor.keeps_nobody_out()
    key = visitor.page.locator("code").inner_text().replace(" ", "")
    visitor.type(code=format_hotp_value(hotp_value(key, int(time.time()) // HALF_MINUTE)))
    visitor.press("Add the app")
    visitor.keeps_nobody_out()
    codes = RECOVERY.findall(visitor.page.locator("main").inner_text())
    visitor.follow("I have kept them. Go on")
    return codes
