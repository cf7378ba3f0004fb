"""Sending something to an address that a person typed, without being led anywhere else.

The name is resolved once and every answer is looked at; the connection goes to that very number, while the
certificate is checked for the name. Nothing is followed, nothing of the answer is kept but its status, and
after a few seconds it is over, however slowly the other side talks.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from collections.abc import Mapping

HTTPS_PORT = 443
LONGEST_ADDRESS = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """This address is nothing that we send to: not HTTPS, no public name, or a number inside somebody's network."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: the status of the answer, or the word for what went wrong."""

    status: int | None = None
    problem: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the other side said that it has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart."""

    name: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of an HTTPS address of a public name. Raises NotAllowed for everything else; asks no network."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise NotAllowed
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").rstrip("."), parts.port or HTTPS_PORT
    except ValueError:
        raise NotAllowed from None
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed
    if not (_is_public_name(name) and port == HTTPS_PORT) and not (settings.OUTBOUND_LOOPBACK and name == "localhost"):
        raise NotAllowed
    path = parts.path or "/"
    return Target(name, port, f"{path}?{parts.query}" if parts.query else path)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the body once. What happened comes back as an outcome; nothing is raised for what others do wrong."""
    try:
        target = target_of(url)
        number = _number_of(target)
    except NotAllowed:
        return Outcome(problem="not_allowed")
    except OSError:
        return Outcome(problem="no_such_name")
    connection = HTTPSConnection(
        number,
        target.port,
        timeout=settings.OUTBOUND_SECONDS,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.name,
    )
    over = threading.Event()
    watch = threading.Timer(settings.OUTBOUND_SECONDS, _cut, [connection, over])
    watch.daemon = True
    watch.start()
    try:
        status = _ask(connection, target, body, headers)
        # Whoever is cut off between two lines looks as if they had come to an end.
        return Outcome(problem="too_slow") if over.is_set() else Outcome(status=status)
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        return Outcome(problem=_word_for(error, too_long=over.is_set()))
    finally:
        watch.cancel()
        connection.close()


def _ask(connection: HTTPSConnection, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    host = target.name if target.port == HTTPS_PORT else f"{target.name}:{target.port}"
    connection.request("POST", target.path, body, {**headers, "Host": host}, preload_content=False)
    return connection.getresponse().status


def _cut(connection: HTTPSConnection, over: threading.Event) -> None:
    # A time limit on each read alone would let a trickle last for hours.
    over.set()
    if isinstance(open_socket := connection.sock, socket.socket):
        try:
            open_socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _number_of(target: Target) -> str:
    """The number to connect to. One forbidden answer spoils all: a name that leads inside leads nowhere."""
    found = socket.getaddrinfo(target.name, target.port, type=socket.SOCK_STREAM)
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers or not all(_is_allowed(number) for number in numbers):
        raise NotAllowed
    return numbers[0]


def is_public(number: str) -> bool:
    """Whether this number belongs to the open internet. One that only carries another is judged by what it carries."""
    inner = _carried(number)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _is_allowed(number: str) -> bool:
    return (settings.OUTBOUND_LOOPBACK and _carried(number).is_loopback) or is_public(number)


def _carried(number: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(number.partition("%")[0])
    inner: ipaddress.IPv4Address | ipaddress.IPv6Address | None = address
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or [None, None])[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = inner or address
    assert inner is not None
    return inner


def _is_public_name(name: str) -> bool:
    """A name with a dot whose last part is a word: no number in any writing, and nothing that only a network knows."""
    labels = name.split(".")
    inside = {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test", "invalid"}
    plain = all(label and len(label) <= 63 and label.replace("-", "").isalnum() for label in labels)
    return len(labels) > 1 and plain and len(name) <= 253 and labels[-1][0].isalpha() and labels[-1] not in inside


def _word_for(error: Exception, *, too_long: bool) -> str:
    if too_long or isinstance(error, TimeoutError) or "timed out" in str(error):
        return "too_slow"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "certificate"
    return "no_connection"
