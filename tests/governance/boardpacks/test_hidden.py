"""A pair that stays hidden leaves no trace in a board's papers, not one byte."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf
import pytest

from governance.boardpacks import rendering, tasks
from governance.boardpacks.snapshots import Snapshot, as_json, from_json, sha_of
from rollout.kernel import clock
from rollout.kernel.tenancy import BOARD
from tenants.disclosure.models import Audience, RowClass
from tenants.disclosure.queries import Pick
from tests import world, world_governance, world_surfacing
from tests.world import inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(north):
    return world_governance.board(north)


def frozen(board, pack):
    with inside(board.organisation, board.body.pk, BOARD):
        made = tasks.freeze(pack.pk, board.organisation)
    assert made is not None
    return made


def drawn(board, made):
    with rendering.as_of("en", board.organisation.time_zone):
        return rendering.pdf_of(made.snapshot, made.sha)


def test_a_hidden_pair_leaves_the_pack_byte_for_byte_the_same(board, north):
    moment = clock.now()
    shown, _surfacing = world_governance.shown_to(board)
    pack = world_governance.requested(board)
    bystander = world.member(north, "Bea Bystander")
    elsewhere = world_surfacing.pair_with_work(north, title="CANARY before")
    with clock.at(moment):
        before = frozen(board, pack)
        paper = drawn(board, before)
        pair = world.founded(north, bystander, title="CANARY after")
        citizen = world.joined(north, pair, bystander, "Cara CANARY")
        world_surfacing.signed_task(north, pair, (bystander, citizen))
        world_surfacing.claimed_result(north, pair, (bystander, citizen), corroborated=True)
        world_surfacing.opened(elsewhere, audience=Audience.SPONSOR, audience_id=elsewhere.sponsor.pk)
        after = frozen(board, pack)
        assert json.dumps(as_json(after.snapshot)) == json.dumps(as_json(before.snapshot))
        assert after.sha == before.sha
        assert drawn(board, after) == paper
    with pikepdf.open(BytesIO(paper)) as document:
        for attachment in document.attachments.values():
            assert b"CANARY" not in attachment.get_file().read_bytes()
    assert shown.pair in {pair.shown.id for pair in after.snapshot.report.pairs}


def test_only_what_was_ticked_is_frozen(board, north):
    made = world_surfacing.pair_with_work(north)
    world_surfacing.opened(
        made,
        audience=Audience.BOARD,
        audience_id=board.body.pk,
        picks=[Pick(RowClass.RESULT, made.result.pk)],
    )
    pack = world_governance.requested(board)
    with clock.at(clock.now() + world_governance.COOLED):
        snapshot = frozen(board, pack).snapshot
    (pair,) = snapshot.report.pairs
    assert snapshot.items == {(made.pair, "pair", None), (made.pair, "result", made.result.pk)}
    assert (pair.shown.people, pair.shown.shared_task, pair.shown.decisions) == (None, None, ())
    assert pair.evidence.task_signed_on is None


def test_during_the_cooling_off_the_pack_is_empty(board, north):
    made = world_surfacing.pair_with_work(north)
    world_surfacing.opened(made, audience=Audience.BOARD, audience_id=board.body.pk)
    assert frozen(board, world_governance.requested(board)).snapshot.report.pairs == ()


def test_another_boards_pairs_are_not_in_it(board, north):
    world_governance.shown_to(world_governance.another_board(north))
    assert frozen(board, world_governance.requested(board)).snapshot.report.pairs == ()


def test_what_no_grant_covers_stops_the_attempt(board, north, monkeypatch):
    world_governance.shown_to(board)
    pack = world_governance.requested(board)
    real = tasks.report_for

    def with_something_more(*args):
        from dataclasses import replace

        report = real(*args)
        (pair,) = report.pairs
        other = replace(pair.shown.results[0], id=pair.shown.id)
        return replace(report, pairs=(replace(pair, shown=replace(pair.shown, results=(other,))),))

    monkeypatch.setattr(tasks, "report_for", with_something_more)
    with pytest.raises(tasks.NotCovered):
        frozen(board, pack)


def test_a_snapshot_is_read_back_as_it_was_and_its_fingerprint_can_be_checked(board, north):
    world_governance.shown_to(board)
    pack = world_governance.issued(board)
    snapshot = from_json(Snapshot, pack.snapshot)
    assert as_json(snapshot) == pack.snapshot
    assert sha_of(pack.snapshot) == pack.snapshot_sha
    assert rendering.sound(pack.snapshot, pack.snapshot_sha)
    assert not rendering.sound({**pack.snapshot, "board": "Another"}, pack.snapshot_sha)
