"""How often one person, one key and one stranger's address may ask: counted in a table, for all processes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from rollout.accounts.limits import Limit, seconds_to_wait

if TYPE_CHECKING:
    from rest_framework.request import Request

MINUTE = 60


class Shares(BaseThrottle):
    """A person's share, whatever keys and browsers the requests come from, and within it the share of each key.

    So a program out of hand leaves its person room. Somebody without a name is counted by address.
    """

    seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        self.seconds = seconds_to_wait([(self._limit(kind), who) for kind, who in self._counted(request)])
        return self.seconds == 0

    def wait(self) -> float:
        return self.seconds

    def _counted(self, request: Request) -> list[tuple[str, str]]:
        if not request.user.is_authenticated:
            return [("stranger", str(self.get_ident(request)))]
        person = [("person", str(request.user.pk))]
        return person if request.auth is None else [*person, ("token", str(request.auth.pk))]

    def _limit(self, kind: str) -> Limit:
        return Limit(f"api.{kind}", settings.API_LIMITS[kind], MINUTE)
