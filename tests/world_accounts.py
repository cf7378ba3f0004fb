"""Browsers on the sign-in host, and a person's whole way in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client
from django.utils import timezone

from rollout.accounts.models import Account
from rollout.accounts.sessions import HOST, PROVED, SECOND_FACTOR, STARTED

if TYPE_CHECKING:
    from django.http import HttpResponse

BASE = "localhost"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Browser:
    """One browser with its cookies per host, which follows our redirects from host to host."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def on(self, host: str) -> Client:
        """The same browser's cookies of one host."""
        return self.clients.setdefault(host, Client(HTTP_HOST=host, headers={"accept-language": "en"}))

    def get(self, url: str) -> Any:
        """One step: an address with its host."""
        parts = urlsplit(url)
        return self.on(parts.netloc).get(parts.path + (f"?{parts.query}" if parts.query else ""))

    def follow(self, url: str, steps: int = 8) -> tuple[str, Any]:
        """Follow redirects; the last address and answer."""
        for _step in range(steps):
            answer = self.get(url)
            if answer.status_code not in (301, 302):
                return url, answer
            here = urlsplit(url)
            target = answer["Location"]
            url = target if target.startswith("http") else f"http://{here.netloc}{target}"
        raise AssertionError(f"still redirected: {url}")

    def sign_in(self, account: Account, *, own_device: bool = False, next_path: str = "/") -> Any:
        """Ask for a code and type it."""
        client = self.on(BASE)
        ask_for_code(client, account.email or "", next_path)
        ticked = {"own_device": "on"} if own_device else {}
        return client.post("/sign-in/code/", {"code": newest_code(), "next": next_path, **ticked})


def ask_for_code(client: Client, address: str, next_path: str = "/") -> HttpResponse:
    """Type an address on the sign-in page."""
    return client.post("/sign-in/", {"email": address, "next": next_path})  # type: ignore[return-value]


def newest_code() -> str:
    """The code in the newest letter."""
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


def signed_in(account: Account, host: str = BASE) -> Client:
    """A browser with a session on a host, with a second factor, without the way through the mail."""
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[HOST] = host
    session[SECOND_FACTOR] = session[PROVED] = timezone.now().isoformat()
    session.save()
    return client


def operator() -> Account:
    """Somebody who runs the installation."""
    account = Account.objects.for_address("operator@example.org")
    Account.objects.filter(pk=account.pk).update(is_operator=True)
    account.refresh_from_db()
    return account


__all__ = ["BASE", "STARTED", "Browser", "ask_for_code", "newest_code", "operator", "signed_in"]
