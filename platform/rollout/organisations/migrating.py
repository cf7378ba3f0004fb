"""Bringing the public schema, the template and every organisation to the state of the code.

A schema's digest is written in the transaction of its last migration; what stopped half-way is not served,
and is finished by the next run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, ProgrammingError, transaction
from psycopg import errors

from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import digests, provisioning, recording, replaying, security
from rollout.organisations.digests import HALFWAY, PUBLIC, digest_of_migrations, digest_of_shared
from rollout.organisations.models import Installation, PreparedScript
from rollout.organisations.rendering import Executor
from rollout.organisations.replaying import OtherState
from rollout.organisations.stepping import Stepper

Say = Callable[[str], None]

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.5
ONE_AT_A_TIME = 726002
"""The number of the lock that a run holds: two deployments take turns."""


class MigrationIncomplete(Exception):
    """Some organisations could not be brought forward. They keep their old state; run it again."""


def migrate_all(*, say: Say = print) -> None:
    """Public schema, security functions, template, script, then each schema that is behind.

    One question to the database when there is nothing to do. Raises MigrationIncomplete, after everybody
    else is done, with the names of those who could not be brought forward.
    """
    owner = owner_connection()
    owner.set_schema_to_public()
    if is_up_to_date():
        return
    with _one_at_a_time():
        if not _public_is_up_to_date():
            _migrate_public()
        digest = digest_of_migrations()
        if not PreparedScript.objects.using("owner").filter(digest=digest).exists():
            _prepare(digest)
            say("The template of an organisation is ready.")
        run = _Run(digest, say)
        # Somebody may have made one with the older code meanwhile.
        while behind := [one for one in _behind(digest) if one.schema not in run.failed]:
            run.bring(behind)
        run.conclude()


def is_up_to_date() -> bool:
    """Whether every schema is in the state of this code. One question, however many organisations there are."""
    with owner_connection().cursor() as cursor:
        try:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM organisations_schemastate WHERE schema_name = %(public)s"
                " AND digest = %(shared)s)"
                " AND EXISTS (SELECT FROM organisations_preparedscript WHERE digest = %(digest)s)"
                f" AND NOT EXISTS ({_BEHIND})",  # our own text  # nosec B608
                {"public": PUBLIC, "shared": digest_of_shared(), "digest": digest_of_migrations()},
            )
        except ProgrammingError:  # a new database has no tables yet
            return False
        return bool(cursor.fetchone()[0])


_BEHIND = """
SELECT a.schema_name, a.slug, s.digest
  FROM (SELECT schema_name, slug, created_at FROM organisations_organisation
         UNION ALL SELECT schema_name, 'a ready schema', made_at FROM organisations_readyschema) a
  LEFT JOIN organisations_schemastate s USING (schema_name)
 WHERE s.digest IS DISTINCT FROM %(digest)s
 ORDER BY a.created_at
"""


@dataclass(frozen=True, slots=True)
class _Behind:
    """A schema that is not in the state of the code; `digest` is where it is, when that is known."""

    schema: str
    slug: str
    digest: str


def _behind(digest: str) -> list[_Behind]:
    with owner_connection().cursor() as cursor:
        cursor.execute(_BEHIND, {"digest": digest})
        return [_Behind(schema, slug, at or HALFWAY) for schema, slug, at in cursor.fetchall()]


@dataclass
class _Run:
    """One run over all that are behind: how many are done, who could not be brought and why."""

    digest: str
    say: Say
    done: int = 0
    total: int = 0
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
    _busy: dict[str, int] = field(default_factory=dict)

    def bring(self, behind: list[_Behind]) -> None:
        """One round. Who is in the way of somebody's work is tried again, later and a little longer."""
        self.total = self.done + len(behind)
        if self._busy:
            time.sleep(FIRST_PAUSE_SECONDS * 2 ** max(self._busy.values()))
        alone = []
        for before in dict.fromkeys(one.digest for one in behind):
            alike = [one for one in behind if one.digest == before]
            learnt = recording.record(before, self.digest) if before != HALFWAY else None
            alone += alike if learnt is None else self._replay(learnt, alike)
        stepper = Stepper(self.digest)
        for one in alone:
            self._step(stepper, one)

    def conclude(self) -> None:
        """Tell the names of those who were left behind."""
        if self.failed:
            who = "; ".join(f"{slug}: {why}" for slug, why in self.failed.values())
            raise MigrationIncomplete(f"These keep their old state and are not served. Run it again. {who}")

    def _replay(self, learnt: recording.Recording, alike: list[_Behind]) -> list[_Behind]:
        """Those who turned out to be in another state go alone."""
        known = {one.schema: one for one in alike}
        alone = []
        for done, problem in replaying.replay(learnt, list(known)):
            self._progress(known[schema] for schema in done)
            if problem:
                schema, why = problem
                if isinstance(why, OtherState):
                    alone.append(known[schema])
                else:
                    self._note(known[schema], why)
        return alone

    def _step(self, stepper: Stepper, one: _Behind) -> None:
        try:
            stepper.migrate(one.schema)
        except DatabaseError as why:
            self._note(one, why)
        else:
            self._progress([one])

    def _progress(self, done: Iterable[_Behind]) -> None:
        finished = list(done)
        self.done += len(finished)
        for one in finished:
            self._busy.pop(one.schema, None)
        if finished:
            what = f"{finished[0].slug} is" if len(finished) == 1 else f"{len(finished)} more are"
            self.say(f"{self.done} of {self.total}: {what} up to date.")

    def _note(self, one: _Behind, why: Exception) -> None:
        tries = self._busy[one.schema] = self._busy.get(one.schema, 0) + 1
        in_use = isinstance(why.__cause__, errors.LockNotAvailable | errors.DeadlockDetected)
        if in_use and tries < ATTEMPTS:
            self.say(f"{one.slug} is in use; it is tried again.")
            return
        self._busy.pop(one.schema)
        self.failed[one.schema] = (one.slug, _reason(why))


def _reason(why: Exception) -> str:
    """What the database said, without the row that it may quote."""
    diag = getattr(why.__cause__, "diag", None)
    return (diag and diag.message_primary) or type(why).__name__


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    owner = owner_connection()
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        if owner.is_usable():  # a lost connection has given the lock back already
            with owner.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _public_is_up_to_date() -> bool:
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT to_regclass('organisations_schemastate')")
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute(
            "SELECT FROM organisations_schemastate WHERE (schema_name, digest) = (%s, %s)", [PUBLIC, digest_of_shared()]
        )
        return bool(cursor.rowcount)


def _migrate_public() -> None:
    executor = Executor(owner_connection())
    ours = digests.labels()
    executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in ours])
    with transaction.atomic(using="owner"), owner_connection().cursor() as cursor:
        cursor.execute(security.security_schema())
        keys = security.context_keys()
        cursor.executemany(
            "INSERT INTO security.context_key VALUES (%s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET ipad = excluded.ipad, opad = excluded.opad",
            keys,
        )
        cursor.execute("DELETE FROM security.context_key WHERE id <> ALL (%s)", [[number for number, *_ in keys]])
        Installation.objects.using("owner").update_or_create(
            id=1, defaults={"role_prefix": settings.ROLE_PREFIX, "purpose": "demo" if settings.DEMO else ""}
        )
        provisioning.note_state(PUBLIC, digest_of_shared())


def _prepare(digest: str) -> None:
    provisioning.open_template()
    Stepper(digest).migrate(provisioning.TEMPLATE)
    provisioning.close_template()
    provisioning.prepare_script(digest)
