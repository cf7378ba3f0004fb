"""Walking every page that a person can reach, as bytes that can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from django.test import Client

MASKS = {
    "CSRF token": re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    "entry nonce": re.compile(rb"state=[A-Za-z0-9_-]{20,}"),
}
"""What may differ between two visits to the same page: named, and nothing else."""

RANDOM_HEADERS = {"X-Request-Id": "made up for every request, so that people can quote it"}
"""Headers that differ between two visits to the same page, and why. All others are compared."""
_LINK = re.compile(r'(?:href|src)="(/[^"#]*)')


@dataclass(slots=True)
class Walk:
    """What one person saw: address → status, headers and masked bytes."""

    pages: dict[str, tuple[int, tuple[tuple[str, bytes], ...], bytes]] = field(default_factory=dict)

    def keep(self, address: str, answer: Any) -> bytes:
        """Keep what was answered at an address; its bytes as they came."""
        body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = tuple((name, masked(value.encode())) for name, value in headers_of(answer.headers))
        self.pages[address] = (answer.status_code, headers, masked(body))
        return body

    def differences(self, other: Walk) -> list[str]:
        """Addresses that are new, gone or not the same."""
        every = sorted(set(self.pages) | set(other.pages))
        return [address for address in every if self.pages.get(address) != other.pages.get(address)]


def masked(body: bytes) -> bytes:
    """The bytes of a page without what is named in MASKS."""
    for name, pattern in MASKS.items():
        body = pattern.sub(f"[{name}]".encode(), body)
    return body


def headers_of(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every header that tells something, in one order."""
    return sorted((name, value) for name, value in headers.items() if name not in RANDOM_HEADERS)


def plain_addresses(urlconf: str) -> list[str]:
    """Every address of a URL configuration that needs no argument."""
    return sorted({"/" + route for route, _ in _routes(get_resolver(urlconf)) if "<" not in route and "(" not in route})


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from _routes(entry, route)


def walk(
    client: Client,
    start: list[str],
    *,
    only: Callable[[str], bool] = lambda address: True,
    most: int = 2000,
) -> Walk:
    """Visit `start` and everything that is linked from there on the same host, without changing anything."""
    seen = Walk()
    waiting = list(start)
    while waiting and len(seen.pages) < most:
        address = waiting.pop(0)
        if address in seen.pages or address.startswith("/static/") or not only(address):
            continue
        answer = client.get(address)
        body = seen.keep(address, answer)
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += [unescape(link) for link in _LINK.findall(body.decode())]
        if (target := answer.headers.get("Location", "")).startswith("/"):
            waiting.append(target)
    if len(seen.pages) >= most:
        raise AssertionError(f"more than {most} pages: the walk was cut off")
    return seen
