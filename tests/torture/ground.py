"""A database of its own with boards in several organisations, and the work that is asked for through the product."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.rows import dict_row

from governance.boardpacks import actions as packs
from rollout.kernel import clock
from rollout.kernel.database import ask as ask_database
from rollout.kernel.tenancy import BOARD
from rollout.organisations import security
from rollout.organisations.management.commands.bootstrap import bootstrap
from rollout.organisations.migrating import migrate_all
from rollout.organisations.provisioning import create_organisation
from tenants.members import actions as members
from tenants.members.models import Role
from tests import world_governance
from tests.world import inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from rollout.workbench.postgres import Cluster
    from tests.torture.sizes import Sizes
    from tests.world_governance import Board

PREPARED = "torture_prepared"
BOARDS = 2
DAYS = 30


@dataclass(frozen=True, slots=True)
class Ground:
    """A database, where its server is, and who must be told of each pack."""

    cluster: Cluster
    database: str
    boards: list[Board]

    def look(self, statement: str, *parameters: Any, schema: str = "public") -> list[dict[str, Any]]:
        """What the database says, past every policy."""
        address = self.cluster.admin_url(self.database)
        with psycopg.connect(address, autocommit=True, row_factory=dict_row, connect_timeout=10) as admin:
            admin.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(schema)))
            return admin.execute(statement, parameters).fetchall()  # type: ignore[arg-type]

    def readers(self) -> dict[UUID, set[tuple[UUID, str]]]:
        """Who reads each board's packs, in which hat."""
        found = {}
        for board in self.boards:
            with inside(board.organisation, board.body.pk, BOARD):
                found[board.body.pk] = set(ask_database("board_readers", board.body.pk))
        return found


def prepare(cluster: Cluster) -> None:
    """The roles and a migrated database, once per server."""
    with psycopg.connect(cluster.admin_url(), autocommit=True) as admin:
        if admin.execute("SELECT FROM pg_database WHERE datname = %s", [PREPARED]).fetchone():
            return
    _use(PREPARED)
    bootstrap(cluster.admin_url(), PREPARED)
    migrate_all(say=lambda line: None)
    _leave()


@contextmanager
def fresh(cluster: Cluster, mode: str, sizes: Sizes) -> Iterator[Ground]:
    """A copy of it with organisations and boards; a pair has shown its work to the first board of each."""
    database = f"torture_{mode}"
    with psycopg.connect(cluster.admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(PREPARED))
        )
        security.own_database(admin, database)
    _use(database)
    boards = []
    for number in range(sizes.organisations):
        slug = f"{mode}{number}"
        organisation = create_organisation(domain=f"{slug}.localhost", slug=slug, name=f"Trust {number}")
        boards += [world_governance.board(organisation, f"Board {name + 1}") for name in range(BOARDS)]
        world_governance.shown_to(boards[-1])
    try:
        yield Ground(cluster, database, boards)
    finally:
        _leave()


def ask(ground: Ground, sizes: Sizes) -> None:
    """Ask for packs and invite people, in the product's own words. What was done before is done by now."""
    everybody = itertools.cycle(ground.boards)
    for number in range(sizes.jobs):
        board = next(everybody)
        last = clock.today() - timedelta(days=number // len(ground.boards))
        with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
            packs.request_pack(
                body=board.body, period_start=last - timedelta(days=DAYS), period_end=last, language="en", by=board.lead
            )
    for number in range(sizes.letters):
        board = next(everybody)
        with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
            members.invite(name=f"Guest {number}", email=f"guest{number}@example.org", by=board.lead)


def _use(database: str) -> None:
    _leave()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = database


def _leave() -> None:
    connections.close_all()
