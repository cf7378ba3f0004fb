"""Coming in through an organisation's own sign-in service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core import mail

from rollout.signon.actions import Details
from tests.rollout.signon.service import CLIENT, SECRET
from tests.world_accounts import BASE, Browser

if TYPE_CHECKING:
    from tests.rollout.signon.service import Service


def details(issuer: str, **more: Any) -> Details:
    """What an operator types."""
    usual: dict[str, Any] = {
        "name": "Northmoor account", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET,
        "domains": ["example.org"], "hosts": [], "vouches": False, "strong_acr": "", "is_on": True,
    }  # fmt: skip
    return Details(**usual | more)


def set_off(browser: Browser, host: str = "north.localhost", path: str = "/notices/") -> str:
    """From an organisation's door to the service; the address there."""
    url, page = browser.follow(f"http://{host}/enter/start/?next={path}")
    link = re.search(r'href="(/sign-in/with/[^"]+)"', page.content.decode())
    assert link, url
    way = browser.on(BASE).get(link[1].replace("&amp;", "&"))
    assert way.status_code == 302, way.content
    return str(way["Location"])


def come_back(browser: Browser, address: str) -> Any:
    """Back from the service: one answer, not followed."""
    parts = urlsplit(address)
    assert parts.netloc == BASE
    return browser.on(BASE).get(f"{parts.path}?{parts.query}")


def come_in(browser: Browser, service: Service, email: str, **claims: Any) -> Any:
    """There and back."""
    return come_back(browser, service.visit(set_off(browser), email, **claims))


def connect(browser: Browser, service: Service, email: str, **claims: Any) -> Any:
    """The first time: there and back, and the code from one's own letter box. The answer to the code."""
    answer = come_in(browser, service, email, **claims)
    assert answer.status_code == 302, answer.content.decode()
    return browser.on(BASE).post(answer["Location"], {"code": code_in_letter()})


def code_in_letter() -> str:
    """The code in the newest letter."""
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


def is_inside(browser: Browser, host: str) -> bool:
    """Whether this browser is signed in on a host."""
    return "_auth_user_id" in browser.on(host).session
