"""Boards with their people, pairs that show themselves to them, and packs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from governance.boardpacks import actions as pack_actions
from governance.boardpacks import tasks
from governance.boardpacks.models import BoardPack
from governance.boardpacks.snapshots import as_json
from governance.boards import actions as board_actions
from governance.boards.models import BoardMembership
from rollout.kernel import clock, files
from rollout.kernel.tenancy import BOARD
from tenants.disclosure.models import Audience
from tenants.members.models import Role
from tests import world, world_surfacing
from tests.world import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.boards.models import BoardBody
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member
    from tenants.surfacing.models import Surfacing

Kind = BoardMembership.Kind
COOLED = timedelta(hours=73)


@dataclass(frozen=True)
class Board:
    """A board and everybody around it."""

    organisation: Organisation
    body: BoardBody
    lead: Member
    director: Member
    secretary: Member
    sponsor: Member

    def readers(self) -> Iterator[tuple[Member, str]]:
        yield self.lead, Role.ROLLOUT_LEAD
        yield self.director, Role.BOARD_MEMBER
        yield self.secretary, Role.BOARD_SECRETARY
        yield self.sponsor, Role.SPONSOR


def board(organisation: Organisation, name: str = "Board of directors") -> Board:
    """A board with a director, a secretary and an executive sponsor, made by a rollout lead."""
    lead = world.lead(organisation)
    director = world.member(organisation, "Dana Director", Role.BOARD_MEMBER)
    secretary = world.member(organisation, "Simon Secretary", Role.BOARD_SECRETARY)
    sponsor = world.member(organisation, "Esme Executive", Role.SPONSOR)
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        body = board_actions.found(name=name, by=lead)
        board_actions.seat(body=body, member=director, kind=Kind.NON_EXECUTIVE, by=lead)
        board_actions.seat(body=body, member=secretary, kind=Kind.SECRETARY, by=lead)
        body = board_actions.choose_sponsor(body=body, sponsor=sponsor, by=lead)
    return Board(organisation, body, lead, director, secretary, sponsor)


def another_board(organisation: Organisation) -> Board:
    """A board of its own name beside those that other tests left."""
    return board(organisation, f"Board {uuid.uuid4().hex[:8]}")


def shown_to(board: Board, title: str = "Letters we can read") -> tuple[world_surfacing.World, Surfacing]:
    """A pair with a task, a decision and a confirmed result that showed all of it to the board five days ago."""
    with clock.at(clock.now() - timedelta(days=5)):
        made = world_surfacing.pair_with_work(board.organisation, title=title)
        surfacing = world_surfacing.opened(made, audience=Audience.BOARD, audience_id=board.body.pk)
    return made, surfacing


def period() -> tuple[date, date]:
    """The ninety days up to today."""
    return clock.today() - timedelta(days=90), clock.today()


def requested(board: Board, *, language: str = "en", by: Member | None = None) -> BoardPack:
    """A pack that was asked for and not made yet."""
    start, end = period()
    lead = by or board.lead
    with inside(board.organisation, lead, Role.ROLLOUT_LEAD):
        return pack_actions.request_pack(
            body=board.body, period_start=start, period_end=end, language=language, by=lead
        )


def issued(board: Board, *, language: str = "en", pdf: bytes = b"") -> BoardPack:
    """A pack that was frozen and issued without its job, with these bytes as its PDF."""
    pack = requested(board, language=language)
    stored = (
        files.store(settings.FILES_DIR / board.organisation.schema_name / "packs", f"{pack.pk}.pdf", pdf)
        if pdf
        else None
    )
    with inside(board.organisation, board.body.pk, BOARD):
        frozen = tasks.freeze(pack.pk, board.organisation)
        assert frozen is not None
        BoardPack.objects.filter(pk=pack.pk).update(
            state=BoardPack.State.READY,
            snapshot=as_json(frozen.snapshot),
            ready_at=clock.now(),
            pdf_path=f"packs/{stored.path.name}" if stored else "",
            pdf_sha=stored.sha256 if stored else "",
        )
        return BoardPack.objects.get(pk=pack.pk)
