"""Asking a sign-in service over HTTPS: named hosts at public addresses only, no redirects, little time, little data.

The address that was looked at is the address that is connected to, so a name cannot point elsewhere in between.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from rollout.kernel.outbound import is_public
from rollout.signon.refusing import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL_SECONDS = 10
STEP_SECONDS = 5
MOST_BYTES = 256 * 1024


class _Connection(http.client.HTTPConnection):
    """A connection to one address, whatever the name would lead to now."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=STEP_SECONDS)
        self.default_port = 443 if tls else 80
        self._where, self._tls = address, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._where, self.port), STEP_SECONDS)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)

    def hang_up(self) -> None:
        """End it from another thread, however slowly the other side talks."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass


def ask(
    url: str, *, hosts: frozenset[str], form: Mapping[str, str] | None = None, basic: tuple[str, str] | None = None
) -> dict[str, Any]:
    """What a sign-in service answers, as JSON. Raises Refused for everything but a small object with status 200."""
    host, port, path, plain = checked(url, hosts)
    address = public_address(host, port)
    tls = None if plain else ssl.create_default_context()
    connection = _Connection(host, port, address, tls)
    clock = threading.Timer(ALL_SECONDS, connection.hang_up)
    clock.daemon = True
    clock.start()
    try:
        connection.request("GET" if form is None else "POST", path, _body(form), _headers(form, basic))
        answer = connection.getresponse()
        content = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError):
        raise Refused("unreachable") from None
    finally:
        clock.cancel()
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise Refused("not_answered")
    if len(content) > MOST_BYTES:
        raise Refused("too_much")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    if not isinstance(found, dict):
        raise Refused("not_json")
    return found


def checked(url: str, hosts: frozenset[str]) -> tuple[str, int, str, bool]:
    """Host, port, path and whether it goes without TLS. Raises Refused for what leads anywhere else."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Refused("bad_address") from None
    plain = parts.scheme == "http" and settings.SIGN_ON_PLAIN_HTTP
    if (parts.scheme != "https" and not plain) or "@" in parts.netloc or parts.fragment or not url.isascii():
        raise Refused("bad_address")
    if host not in hosts:
        raise Refused("other_host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port or (80 if plain else 443), path, plain


def public_address(host: str, port: int) -> str:
    """One address of this host. Raises Refused when any of them is private, unless the server's settings name it."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise Refused("unreachable") from None
    if host not in settings.SIGN_ON_PRIVATE_HOSTS and not all(map(is_public, found)):
        raise Refused("private_address")
    return min(found)


def _body(form: Mapping[str, str] | None) -> str | None:
    return None if form is None else urlencode(form)


def _headers(form: Mapping[str, str] | None, basic: tuple[str, str] | None) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "Collaborative Pairs", "Connection": "close"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if basic is not None:
        pair = ":".join(quote(part, safe="") for part in basic)
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers
