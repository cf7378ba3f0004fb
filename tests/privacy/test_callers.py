"""What the database is told by whoever calls its functions counts for nothing: with raw SQL, in our own connection."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from rollout.jobs.models import Job
from rollout.kernel import clock, tenancy, tokens
from rollout.kernel.tenancy import BOARD, PARTNER, here
from rollout.organisations.models import Organisation
from tenants.members.models import Invitation, Member, Role
from tests import world, world_governance
from tests.world import inside, sql

ACCEPT = "SELECT accept_invitation(%s, %s)"
NOTIFY = "SELECT notify(%s, %s, 'test.news', NULL, %s)"
ENQUEUE = "SELECT security.enqueue('test.work', %s, '', %s, 'board', clock_timestamp())"


def refused(statement: str, *parameters: Any) -> str:
    """Run a statement that must fail, in a savepoint; the database's reason."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *parameters)
    return str(refusal.value)


def invited(organisation: Organisation, address: str, *roles: str) -> str:
    """The link's token of an invitation that a rollout lead sent to an address."""
    lead, token = world.lead(organisation), uuid.uuid4().hex
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        Invitation.objects.create(
            kind=Invitation.Kind.MEMBER, name="Ines Invited", email=address, roles=list(roles), invited_by_id=lead.pk,
            token_hash=tokens.hashed(token), sent_at=clock.now(), expires_at=clock.now() + timedelta(days=14),
        )  # fmt: skip
    return token


@pytest.fixture
def stolen(north: Organisation) -> tuple[str, Any, Any]:
    """The hash of somebody's invitation to be a rollout lead, that person, and somebody else who has the link."""
    owner, thief = world.account("Ines Invited"), world.account("Theo Thief")
    return tokens.hashed(invited(north, owner.email or "", Role.ROLLOUT_LEAD)), owner, thief


def test_an_invitation_asks_for_the_address_that_the_service_knows_and_not_for_what_the_caller_says(
    north: Organisation, south: Organisation, stolen: tuple[str, Any, Any]
) -> None:
    link, owner, thief = stolen
    with inside(north, owner.pk):
        owners = here().vouch(owner.email)
    with inside(south, thief.pk):
        elsewhere = here().vouch(owner.email)
    with inside(north, thief.pk):
        mine, context = here().vouch(thief.email), here()._token()
        made_up = mine.replace(mine.split("~")[1], "0" * 64)
        changed = "~".join((owners.split("~")[0].replace(str(owner.pk), str(thief.pk)), *owners.split("~")[1:]))
        for voucher in (owners, elsewhere, mine, context):
            assert "other_address" in refused(ACCEPT, link, voucher), voucher
        for voucher in (made_up, changed, owner.email, ""):
            assert "bad context" in refused(ACCEPT, link, voucher), voucher
        assert sql("SELECT count(*) FROM members_member") == [(0,)]
    with inside(north, owner.pk):  # the control: with the service's own word it opens
        assert sql(ACCEPT, link, owners) != [(None,)]


def test_the_word_for_an_address_does_not_last_and_is_no_context(
    north: Organisation, stolen: tuple[str, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    link, owner, _thief = stolen
    with inside(north, owner.pk):
        monkeypatch.setattr(tenancy.time, "time", lambda: time.mktime((2026, 1, 1, 0, 0, 0, 0, 0, 0)))
        old = here().vouch(owner.email)
        monkeypatch.undo()
        assert "expired context" in refused(ACCEPT, link, old)
        voucher = here().vouch(owner.email)
        assert owner.email not in voucher
        sql("SELECT set_config('rollout.context', %s, true)", voucher)
        assert sql("SELECT security.person(), security.inside()") == [(None, False)]
        sql(here().statement())


@pytest.fixture
def board(north: Organisation) -> world_governance.Board:
    return world_governance.board(north)


def test_only_who_looks_after_a_board_asks_for_work_in_its_name(
    north: Organisation, board: world_governance.Board
) -> None:
    other = world_governance.another_board(north)
    people: list[tuple[Member | uuid.UUID, str]] = [
        (board.director, PARTNER), (board.director, Role.BOARD_MEMBER), (board.sponsor, Role.SPONSOR),
        (board.secretary, PARTNER), (board.lead, PARTNER), (world.member(north, "Nora Nobody"), PARTNER),
        (world.member(north, "Nils Nobody"), Role.BOARD_SECRETARY), (other.body.pk, BOARD),
        (other.secretary, Role.BOARD_SECRETARY),
    ]  # fmt: skip
    for who, hat in people:
        with inside(north, who, hat):
            assert "in another name" in refused(ENQUEUE, uuid.uuid4().hex, board.body.pk), (who, hat)
    with inside(north):
        assert "in another name" in refused(ENQUEUE, "a visitor's", board.body.pk)
    for maker, hat in ((board.secretary, Role.BOARD_SECRETARY), (board.lead, Role.ROLLOUT_LEAD)):
        with inside(north, maker, hat):
            assert sql(ENQUEUE, uuid.uuid4().hex, board.body.pk) != [(None,)]
            assert "in another name" in refused(ENQUEUE, "no board", uuid.uuid4())


def test_only_who_may_ask_for_a_job_has_it_tried_again(committed: str) -> None:
    north = Organisation.objects.get(slug="north")
    board = world_governance.board(north)
    with inside(north, board.secretary, Role.BOARD_SECRETARY):
        job = sql(ENQUEUE, "again", board.body.pk)[0][0]
    Job.objects.filter(pk=job).update(state=Job.State.FAILED)
    again = "SELECT security.retry_job(%s)"
    for who, hat in ((board.director, Role.BOARD_MEMBER), (board.secretary, PARTNER), (board.sponsor, Role.SPONSOR)):
        with inside(north, who, hat):
            assert sql(again, job) == [(False,)]
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        assert sql(again, job) == [(True,)]


def test_a_board_does_not_ask_for_work_in_a_persons_hat(north: Organisation, board: world_governance.Board) -> None:
    statement = "SELECT security.enqueue('test.work', 'x', '', %s, 'partner', clock_timestamp())"
    with inside(north, board.body.pk, BOARD):
        assert "in another name" in refused(statement, board.body.pk)
        assert sql(ENQUEUE, "its own", board.body.pk) != [(None,)]


def test_a_notice_comes_from_oneself_or_from_a_board_to_its_readers(
    north: Organisation, board: world_governance.Board
) -> None:
    nobody = world.member(north, "Nora Nobody")
    senders: list[tuple[Member, str]] = [
        (nobody, PARTNER), (board.lead, Role.ROLLOUT_LEAD), (board.secretary, Role.BOARD_SECRETARY),
        (board.sponsor, Role.SPONSOR),
    ]  # fmt: skip
    for sender, hat in senders:
        with inside(north, sender, hat):
            assert "not_a_reader" in refused(NOTIFY, board.director.pk, "board_member", uuid.uuid4()), sender
            assert "not_a_reader" in refused(NOTIFY, sender.pk, "finance", uuid.uuid4()), sender
            assert sql(NOTIFY, sender.pk, hat, uuid.uuid4()) == [(True,)]
    with inside(north):
        assert "not_a_reader" in refused(NOTIFY, nobody.pk, PARTNER, uuid.uuid4())
    with inside(north, board.body.pk, BOARD):
        assert sql(NOTIFY, board.director.pk, "board_member", uuid.uuid4()) == [(True,)]
        for recipient, hat in ((nobody.pk, "board_member"), (board.director.pk, PARTNER)):
            assert "not_a_reader" in refused(NOTIFY, recipient, hat, uuid.uuid4())
