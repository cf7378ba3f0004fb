"""Every address of the service, found by walking the resolver, with what its view declares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from rollout.kernel.views import Open

if TYPE_CHECKING:
    from collections.abc import Iterator

ORGANISATION, SIGN_IN = "organisation", "sign-in"
HOSTS = {ORGANISATION: settings.ROOT_URLCONF, SIGN_IN: settings.PUBLIC_URLCONF}
API = "/api/v1/"
VERBS = ("get", "post", "put", "patch", "delete")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: where it is served, and the view behind it. `operations` says which permission each method needs."""

    host: str
    path: str
    name: str
    view: Any
    operations: dict[str, str]
    capacity: str | None

    def __str__(self) -> str:
        return f"{self.host} {self.path}"

    @property
    def is_operation(self) -> bool:
        """Whether programs call it: the answers are those of the API."""
        return self.path.startswith(API) and not self.is_open

    @property
    def is_open(self) -> bool:
        """Whether the view asks for no permission."""
        return issubclass(self.view, Open)

    @property
    def part(self) -> str:
        """The part of the house that the address belongs to."""
        app = ".".join(self.view.__module__.split(".")[:2])
        return app if self.host == ORGANISATION else f"{app} on the sign-in host"

    @property
    def methods(self) -> tuple[str, ...]:
        """What the view answers, besides HEAD and OPTIONS."""
        return tuple(self.operations)

    @property
    def parameters(self) -> dict[str, str]:
        """The names in the address and their kinds."""
        return {name: kind or "str" for kind, name in _PARAMETER.findall(self.path)}

    def address(self, **values: Any) -> str:
        """The address of one object."""
        return _PARAMETER.sub(lambda found: str(values[found[2]]), self.path)


def _walk(resolver: URLResolver, prefix: str = "/", space: str = "") -> Iterator[tuple[str, str, Any]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLPattern):
            yield path, f"{space}{entry.name or ''}", entry.callback
        else:
            yield from _walk(entry, path, f"{space}{entry.namespace}:" if entry.namespace else space)


def _route(host: str, path: str, name: str, callback: Any) -> Route:
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if view is None:
        raise TypeError(f"{host} {path} leads to {callback!r}, which is no view class and declares nothing")
    if actions := getattr(callback, "actions", None):  # a viewset: every operation has a permission of its own
        needs = {method: view.permissions.get(action, "") for method, action in actions.items() if method in VERBS}
    else:
        names = getattr(view, "http_method_names", VERBS)
        needs = {
            method: getattr(view, "permission", "") for method in VERBS if method in names and hasattr(view, method)
        }
    return Route(host, path, name, view, needs, getattr(view, "capacity", None))


@cache
def routes() -> tuple[Route, ...]:
    """Every address that a request can reach, in the resolver's order. What an earlier entry hides is left out."""
    found: dict[str, Route] = {}
    for host, urlconf in HOSTS.items():
        for path, name, callback in _walk(get_resolver(urlconf)):
            route = _route(host, path, name, callback)
            found.setdefault(str(route), route)
    return tuple(found.values())


def pages() -> tuple[Route, ...]:
    """The addresses that people reach with a browser."""
    return tuple(route for route in routes() if not route.is_operation)


def operations() -> tuple[Route, ...]:
    """The addresses that programs call."""
    return tuple(route for route in routes() if route.is_operation)
