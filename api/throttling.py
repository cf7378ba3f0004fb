"""How often one person, one key and one stranger's address may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.request import Request


class PerPerson(UserRateThrottle):
    """A person, whatever keys and browsers the requests come from."""

    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return super().get_cache_key(request, view) if request.user.is_authenticated else None


class PerToken(SimpleRateThrottle):
    """One key, so that a program out of hand leaves its person room."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if request.auth is None:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class PerStranger(AnonRateThrottle):
    """Somebody without a name, by address."""

    scope = "stranger"
