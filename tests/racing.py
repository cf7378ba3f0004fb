"""Several people, or one with many windows, at the very same moment."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connections

from rollout.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rollout.organisations.models import Organisation

PATIENCE = 60
"""How many seconds one waits for the others, on a machine that is busy elsewhere."""


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Do `work(0)`, `work(1)` … in threads that are let go together, when the last of them has reached the database.

    What each is told, in order: what its work returned, or the code of a refusal, or how the database said no.
    """
    gate = threading.Barrier(number)

    def attempt(index: int) -> Any:
        try:
            for alias in ("default", "platform"):
                connections[alias].ensure_connection()
            gate.wait(PATIENCE)
            return work(index)
        except DomainError as refusal:
            return refusal.code
        except DatabaseError as refusal:
            return str(refusal).partition("\n")[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do each of these at once; what each is told."""
    return at_once(len(works), lambda index: works[index]())


def wait_for_somebody_in_line() -> None:
    """Go on when somebody else waits for a lock."""
    for _look in range(PATIENCE * 100):
        with connections["platform"].cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                           " WHERE NOT l.granted AND a.datname = current_database()")  # fmt: skip
            if cursor.rowcount:
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")


def meet(number: int) -> str:
    """What a function of the database says where it has no lock any more: wait here until so many have come.

    A sequence counts them, since others see at once that it has moved.
    """
    return (
        f"perform nextval('meeting'); for look in 1..{PATIENCE * 100} loop"
        f" exit when (select m.last_value >= {number} from meeting m); perform pg_sleep(0.01); end loop; "
    )


@contextmanager
def rewritten(organisation: Organisation, changes: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """The organisation's functions with other words in them, such as none about a lock: what each says, and what
    instead. Afterwards they are what they were."""
    schema = organisation.schema_name
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE {schema}.meeting; GRANT ALL ON SEQUENCE {schema}.meeting TO PUBLIC")
        before = []
        for name, words in changes.items():
            cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [f"{schema}.{name}"])
            before.append(text := cursor.fetchone()[0])
            for said, instead in words.items():
                assert said in text
                text = text.replace(said, instead)
            cursor.execute(text)
        try:
            yield
        finally:
            for text in [*before, f"DROP SEQUENCE {schema}.meeting"]:
                cursor.execute(text)
