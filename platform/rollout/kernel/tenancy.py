"""The only door to an organisation's data.

A `Place` says where (schema and role), who (a person or a board) and in which capacity. Inside
`in_organisation(place)` the database knows all of it, from a context that this process signed and that
lives for at most two minutes and one transaction. Outside, a query on an organisation's data is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from rollout.kernel import clock
from rollout.kernel.errors import OutsideOrganisation

CONTEXT_SECONDS = 120
PARTNER = "partner"
BOARD = "board"
ADDRESS = "address"
"""What a vouched address starts with, where a context has a role."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

NOWHERE = (
    "SELECT set_config('role', 'none', true), set_config('search_path', 'pg_catalog', true),"
    " set_config('rollout.context', '', true)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work happens and as whom.

    `person` is an account's id, or a board's id when `capacity` is "board", or None for a visitor.
    `capacity` is the hat: "partner", one office, or "board".
    """

    schema: str
    role: str
    person: UUID | None = None
    capacity: str = PARTNER

    def __post_init__(self) -> None:
        for name in (self.schema, self.role, self.capacity):
            if not _NAME.fullmatch(name):
                raise ValueError(f"not a plain name: {name!r}")

    def statement(self) -> str:
        """The SQL that tells the database who we are, for this transaction only."""
        return (
            f"SELECT set_config('role', '{self.role}', true), set_config('search_path', '{self.schema}', true),"
            f" set_config('rollout.context', '{self._token()}', true)"
        )

    def _token(self) -> str:
        moment = clock.played()
        claims = "|".join(
            (
                self.role,
                str(self.person or ""),
                self.capacity,
                "" if moment is None else moment.isoformat(),
                str(int(time.time()) + CONTEXT_SECONDS),
            )
        )
        return _signed(claims)

    def vouch(self, address: str) -> str:
        """Our word for the database that this person signs in with this address; good here and for this person.

        Only a hash of the address is in it. It starts with a word that is no role's name, so it is never a context.
        """
        hashed = hashlib.sha256(address.encode()).hexdigest()
        until = int(time.time()) + CONTEXT_SECONDS
        return _signed("|".join((ADDRESS, self.role, str(self.person or ""), hashed, str(until))))


def _signed(claims: str) -> str:
    key_id, key = settings.CONTEXT_KEYS[0]
    signature = hmac.new(key, claims.encode(), hashlib.sha256).hexdigest()
    return f"{claims}~{signature}~{key_id}"


_place: ContextVar[Place | None] = ContextVar("place", default=None)
_Marked = tuple[Callable[[], None], Any]
_collected: ContextVar[dict[Callable[[list[Any]], None], list[_Marked]] | None] = ContextVar("collected", default=None)


def current_place() -> Place | None:
    """Where this thread of work is, or None when it is in no organisation."""
    return _place.get()


def here() -> Place:
    """The organisation we are in; refused outside one."""
    if (where := _place.get()) is None:
        raise OutsideOrganisation("organisation data is only reachable inside in_organisation()")
    return where


def collect(kind: Callable[[list[Any]], None], entry: Any) -> None:
    """Keep `entry` until the last moment of the organisation's transaction, then hand all of a kind over at once.

    What was collected in a savepoint that was undone is dropped with it.
    """
    collected = _collected.get()
    if collected is None:
        raise OutsideOrganisation("there is no organisation transaction to add to")

    def mark() -> None:
        """Django forgets what waits for the commit when a savepoint is undone; so we forget the entry as well."""

    transaction.on_commit(mark)
    collected.setdefault(kind, []).append((mark, entry))


def tell(sql: str) -> None:
    """Send a statement of the engine itself on the organisation's connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def settle() -> None:
    """Ask the database for its deferred answer (two keys) now, while a refusal can still be explained."""
    tell("SET CONSTRAINTS ALL IMMEDIATE")
    tell("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def in_organisation(where: Place) -> Iterator[None]:
    """One transaction inside one organisation, as one person in one capacity.

    Nesting in the same place is a savepoint; any other nesting is refused. Raises
    OutsideOrganisation for that, and TransactionManagementError when the body swallowed a database error.
    """
    if (outer := _place.get()) is not None:
        if outer != where:
            raise OutsideOrganisation("already inside another organisation, or as somebody else")
        with transaction.atomic():
            yield
        return
    mark, nested = _place.set(where), connection.in_atomic_block  # nested: inside a test's transaction
    collected: dict[Callable[[list[Any]], None], list[_Marked]] = {}
    collected_mark = _collected.set(collected)
    try:
        with transaction.atomic():
            if nested:
                tell(where.statement())
            yield
            if connection.needs_rollback:
                raise transaction.TransactionManagementError("a database error was swallowed; nothing was saved")
            standing = {wait[1] for wait in connection.run_on_commit}
            for hand_over, marked in collected.items():
                if entries := [entry for mark, entry in marked if mark in standing]:
                    hand_over(entries)
            if nested:  # SET LOCAL outlives RELEASE SAVEPOINT, so the test's transaction is taken out by hand
                settle()
                tell(NOWHERE)
    finally:
        _collected.reset(collected_mark)
        _place.reset(mark)
