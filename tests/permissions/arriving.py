"""What a browser does before it comes to some doors. Each returns what it has in its hands afterwards."""

from __future__ import annotations

import html
import json
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from rollout.accounts.models import Account, Tries
from rollout.identity import sheets
from rollout.signon import speaking
from tests.permissions.house import STATE, Things
from tests.rollout.identity.authenticator import Authenticator
from tests.rollout.signon.service import running
from tests.world_accounts import newest_code

if TYPE_CHECKING:
    from tests.permissions.knocking import Knocker

HALF_MINUTE = 30


def app_code(key: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(key, int(time.time()) // HALF_MINUTE)))


def with_state(knocker: Knocker, things: Things) -> Things:
    """The browser keeps the secret that it started entering with."""
    knocker.cookies["entry"] = STATE
    return {}


def asking_for_a_code(knocker: Knocker, things: Things) -> Things:
    """Somebody asks for a code."""
    return _asked(knocker, things["address"])


def _asked(knocker: Knocker, address: str) -> Things:
    cache.clear()
    knocker("POST", "/sign-in/", {"email": address})
    return {"code": newest_code()}


def typing_the_code(knocker: Knocker, things: Things) -> Things:
    """Somebody who has a second factor types the code from the e-mail."""
    arrived = _asked(knocker, things["strong_address"])
    knocker("POST", "/sign-in/code/", arrived)
    return {"code": app_code(things["app_key"])}


def opening_the_app(knocker: Knocker, things: Things) -> Things:
    """Somebody looks at their authenticator app."""
    return {"code": app_code(things["app_key"])}


def reading_a_new_key(knocker: Knocker, things: Things) -> Things:
    """Somebody reads a new key into an app."""
    page = knocker("GET", "/factors/app/").body.decode()
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found, page
    return {"code": app_code(found[1].replace(" ", ""))}


def making_a_passkey(knocker: Knocker, things: Things) -> Things:
    """A device makes a passkey."""
    page = knocker("GET", "/factors/passkey/").body.decode()
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page)
    assert found, page
    return {"credential": json.dumps(Authenticator().make(json.loads(html.unescape(found[1]))))}


def holding_a_sheet(knocker: Knocker, things: Things) -> Things:
    """Somebody without an address has a sheet of codes."""
    account = Account.objects.without_address()
    return {"code": sheets.make(account=account, keep=None, by=account)[0]}


def without_an_address(knocker: Knocker, things: Things) -> Things:
    """One of those who knock has no address."""
    Account.objects.filter(pk=things["account"]).update(email=None, number="ABCDEFGH")
    return {}


def asking_to_prove(knocker: Knocker, things: Things) -> Things:
    """Somebody without a second factor asks for a fresh code."""
    knocker("POST", "/prove/", {"send": "1"})
    return {"code": newest_code()}


def coming_from_a_service(knocker: Knocker, things: Things) -> Things:
    """Somebody whom we do not know signs in at an organisation's own service."""
    return _from_the_service(knocker, things, "nobody@example.org")


def connecting(knocker: Knocker, things: Things) -> Things:
    """Somebody comes from there for the first time and has a code in their letter box."""
    arrived = _from_the_service(knocker, things, things["sign_on_address"])
    knocker("GET", "/sign-in/with/north/return/", {"code": arrived["sign_on_code"], "state": arrived["sign_on_state"]})
    return {"code": newest_code()}


def _from_the_service(knocker: Knocker, things: Things, email: str) -> Things:
    Tries.objects.all().delete()
    speaking.forget()
    service = running().reset()
    away = knocker("GET", "/sign-in/with/north/", {"next": things["sign_on_door"]})
    query = parse_qs(urlsplit(service.visit(away.headers["Location"], email)).query)
    return {"sign_on_code": query["code"][0], "sign_on_state": query["state"][0]}


def naming_another_address(knocker: Knocker, things: Things) -> Things:
    """Somebody types a new address."""
    knocker("POST", "/email/change/", {"address": "another@example.net"})
    return {"code": newest_code()}
