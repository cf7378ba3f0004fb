"""How often something may be tried: counted per person, per network address and per organisation, for all processes.

A count lives in a table, so that ten processes are one door. What is counted is kept as a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from allauth.account.adapter import get_adapter
from django.db import connections
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

MINUTES = 60
TIDY_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so many seconds, for each of those who are counted."""

    name: str
    most: int
    seconds: int


ASKED = {
    "person": Limit("code.asked.person", 5, 5 * MINUTES),
    "address": Limit("code.asked.address", 20, 5 * MINUTES),
    "organisation": Limit("code.asked.organisation", 300, 5 * MINUTES),
}
"""Asking for a code."""
TYPED = {
    "person": Limit("code.typed.person", 10, 10 * MINUTES),
    "address": Limit("code.typed.address", 60, 10 * MINUTES),
    "organisation": Limit("code.typed.organisation", 600, 10 * MINUTES),
}
"""Typing a code, right or wrong."""
PROVED = {
    "person": Limit("factor.tried.person", 10, 10 * MINUTES),
    "address": Limit("factor.tried.address", 60, 10 * MINUTES),
}
"""Trying a second factor, right or wrong."""


def allowed(limits: dict[str, Limit], request: HttpRequest, *, person: str, way_on: str = "") -> bool:
    """Count one more try in each bucket; whether all of them still had room."""
    whose = {"person": person, "address": get_adapter().get_client_ip(request), "organisation": _host_in(way_on)}
    rooms = [take(limit, whose[kind]) for kind, limit in limits.items() if whose[kind]]
    return all(rooms)


def take(limit: Limit, who: str) -> bool:
    """Count one more try of one; whether there was room for it."""
    return seconds_to_wait([(limit, who)]) == 0


def seconds_to_wait(tries: Sequence[tuple[Limit, str]]) -> int:
    """Count one more try in each bucket, all in one statement: 0 while all have room, else how long until they do."""
    keys = [salted_hmac(f"rollout.limits.{limit.name}", who, algorithm="sha256").hexdigest() for limit, who in tries]
    most = {key: limit.most for key, (limit, _who) in zip(keys, tries, strict=True)}
    with connections["platform"].cursor() as cursor:
        # In the order of the keys, so that two requests never wait for each other. The database throws the dice for
        # tidying: the same request asks in the same words each time.
        cursor.execute(
            "WITH tidied AS (DELETE FROM accounts_tries WHERE key IN (SELECT o.key FROM accounts_tries o"
            "  WHERE (SELECT random()) < %s AND o.until < clock_timestamp() AND o.key <> ALL(%s)"
            "  LIMIT 1000 FOR UPDATE SKIP LOCKED))"
            " INSERT INTO accounts_tries AS t (key, count, until)"
            " SELECT n.key, 1, clock_timestamp() + make_interval(secs => n.seconds)"
            " FROM unnest(%s::text[], %s::int[]) AS n(key, seconds) ORDER BY n.key"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN t.until <= clock_timestamp() THEN 1 ELSE t.count + 1 END,"
            " until = CASE WHEN t.until <= clock_timestamp() THEN excluded.until ELSE t.until END"
            " RETURNING key, count, ceil(extract(epoch FROM until - clock_timestamp()))::int",
            [TIDY_SHARE, keys, keys, [limit.seconds for limit, _who in tries]],
        )
        waits = [max(left, 1) for key, count, left in cursor.fetchall() if count > most[key]]
    return max(waits, default=0)


def _host_in(way_on: str) -> str:
    """The organisation's host that somebody signs in for, as the way on says it."""
    return (parse_qs(urlsplit(way_on).query).get("host") or [""])[0].lower()[:253]
