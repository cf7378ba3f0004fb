"""Attacks by people who are inside: another's context, a page between two people, an office that has just ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from governance.boardpacks import tasks
from governance.boardpacks.models import BoardPack
from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import BOARD, here, in_organisation
from rollout.organisations.models import Organisation
from tenants.members import actions as members
from tenants.members.models import Invitation, Member, Role
from tenants.projects.models import Decision
from tests import world, world_governance
from tests.crawl import headers_of, masked
from tests.world import inside, sql
from tests.world_projects import workshop

Browser = Callable[[Member | None, Organisation], Client]


# The signed context


def test_a_context_ends_with_its_transaction(committed: str) -> None:
    north = Organisation.objects.get(slug="north")
    _pair, professional, _ = world.hidden_pair(north)
    with inside(north, professional):
        assert sql("SELECT count(*) FROM pairs_pair") == [(1,)]
        token = here()._token()
    with inside(north):  # the same connection, the next transaction: nothing is left of the one before
        assert sql("SELECT security.person(), count(*) FROM pairs_pair") == [(None, 0)]
    south = Organisation.objects.get(slug="south")
    with inside(south):  # taken along into another organisation it is nobody's
        sql("SELECT set_config('rollout.context', %s, true)", token)
        assert sql("SELECT security.person(), security.inside()") == [(None, False)]
        sql(here().statement())


def test_a_context_is_worth_nothing_two_minutes_later(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    north = Organisation.objects.get(slug="north")
    _pair, professional, _ = world.hidden_pair(north)
    from rollout.kernel import tenancy

    now = tenancy.time.time()
    monkeypatch.setattr(tenancy.time, "time", lambda: now - tenancy.CONTEXT_SECONDS - 1)
    with pytest.raises(DatabaseError, match="expired context"), in_organisation(north.place(professional.pk)):
        sql("SELECT count(*) FROM pairs_pair")


# Two people on one server


def test_two_people_who_take_turns_never_see_each_others_page(north: Organisation, browser_of: Browser) -> None:
    mine, theirs = workshop(north, "Letters that patients can read"), workshop(north, "Waiting without pain")
    browsers = {shop.pair.title: browser_of(shop.professional, north) for shop in (mine, theirs)}
    tricks: tuple[dict[str, str], ...] = (
        {}, {"Accept-Encoding": "gzip"}, {"X-Forwarded-Host": "south.localhost"}, {"X-Original-URL": "/people/"},
        {"If-None-Match": "*"}, {"Cache-Control": "only-if-cached"},
    )  # fmt: skip
    queries = ("", "?", "?utm_source=x", "?a=1;b=2", "?__proto__=1")
    seen: dict[tuple[str, str], set[bytes]] = {}
    for turn in range(60):  # each way to ask with each trick, twice
        if turn % 30 == 0:
            cache.clear()  # nobody is slowed down for asking often
        for title, client in browsers.items():
            for address in ("/pairs/", "/api/v1/pairs/"):
                query = (
                    queries[turn % len(queries)] if address == "/pairs/" else ""
                )  # the API refuses what it knows not
                answer = client.get(address + query, headers=tricks[turn % len(tricks)])
                assert answer.status_code == 200
                assert "no-store" in answer["Cache-Control"]
                told = answer.content.decode()
                assert title in told
                assert not any(other in told for other in browsers if other != title)
                seen.setdefault((title, address + query), set()).add(masked(answer.content))
    assert {key: len(bodies) for key, bodies in seen.items()} == dict.fromkeys(seen, 1)


# An office that ends while the paper is drawn


@pytest.mark.parametrize("leaves", [False, True])
def test_who_loses_the_office_while_the_paper_is_drawn_gets_neither_notice_nor_paper(
    committed: str, monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    north = Organisation.objects.get(slug="north")
    board = world_governance.board(north)
    world_governance.shown_to(board)
    pack = world_governance.requested(board)
    draw = tasks.draw

    def draw_meanwhile(*given: Any) -> Any:
        drawn = draw(*given)
        if leaves:
            with inside(north, board.lead, Role.ROLLOUT_LEAD):
                members.end_membership(member=board.director, by=board.lead)
        return drawn

    monkeypatch.setattr(tasks, "draw", draw_meanwhile)
    assert work.run_until_empty() >= 1
    with inside(north, board.body.pk, BOARD):
        assert BoardPack.objects.get(pk=pack.pk).state == BoardPack.State.READY
    with inside(north, board.director, Role.BOARD_MEMBER):
        assert sql("SELECT count(*) FROM members_notice") == [(0 if leaves else 1,)]
        assert BoardPack.objects.count() == (0 if leaves else 1)
    client = world.browser(board.director, north)
    for address in (f"/boards/packs/board/{pack.pk}/", f"/boards/packs/board/{pack.pk}/pdf/"):
        answer = client.get(address)
        assert answer.status_code == (404 if leaves else 200)
        answer.close()


# A rollout lead who wants to know


def test_a_lead_who_tries_everything_learns_nothing_of_who_is_in_no_list(north: Organisation) -> None:
    _pair, _professional, citizen = world.hidden_pair(north)
    lead, nobody = world.lead(north), uuid.uuid4()
    address = Account.objects.get(pk=citizen.pk).email or ""
    with inside(north, lead, Role.ROLLOUT_LEAD):
        for act in (
            lambda who: members.end_membership(member=Member(pk=who), by=lead),
            lambda who: members.grant_office(member=Member(pk=who), role=Role.SPONSOR, by=lead),
        ):
            told = [_refusal(act, who) for who in (citizen.pk, nobody)]
            assert told[0] == told[1]
        known, unknown = (members.invite(name="Vera", email=one, by=lead) for one in (address, "vera@example.net"))
        assert (known.state, known.sends, known.roles) == (unknown.state, unknown.sends, unknown.roles)
        assert sql("SELECT count(*) FROM members_member WHERE id = %s", citizen.pk) == [(0,)]


def _refusal(act: Callable[[Any], Any], who: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        act(who)
    return refused.value.code, str(refused.value)


def test_a_lead_finds_the_same_page_for_a_partner_in_no_list_and_for_nobody(
    north: Organisation, browser_of: Browser
) -> None:
    pair, _professional, citizen = world.hidden_pair(north)
    client = browser_of(world.lead(north), north)
    for address in ("/people/{}/", "/pairs/{}/", "/pairs/shown/rollout/{}/", "/people/{}/end/"):
        told = set()
        for thing in (pair, citizen.pk, uuid.uuid4()):
            answer = client.get(address.format(thing))
            told.add((answer.status_code, masked(answer.content), str(headers_of(answer.headers))))
        assert len(told) == 1
    page = client.get("/people/").content.decode()
    assert "Cora Citizen" not in page
    assert "Priya Professional" in page


def test_no_address_lets_anybody_act_as_somebody_else(north: Organisation, browser_of: Browser) -> None:
    _pair, professional, _citizen = world.hidden_pair(north)
    client = browser_of(world.lead(north), north)
    for trick in ({"X-Remote-User": str(professional.pk)}, {"X-Impersonate": str(professional.pk)},
                  {"Capacity": "partner"}, {"Authorization": f"Bearer {professional.pk}"}):  # fmt: skip
        for address in (
            "/pairs/",
            "/api/v1/pairs/",
            f"/pairs/?as={professional.pk}",
            f"/pairs/?user={professional.pk}",
        ):
            assert "Letters that patients can read" not in client.get(address, headers=trick).content.decode()


# A membership that ends


def test_when_a_partners_membership_ends_what_was_hidden_stays_hidden_and_the_other_keeps_it(
    north: Organisation, browser_of: Browser
) -> None:
    shop = workshop(north)
    decision = shop.proposed("Open late", signed_by=shop.partners)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        before = sql("SELECT count(*) FROM audit_event WHERE pair_id IS NOT NULL")
        members.end_membership(member=shop.professional, by=lead)
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
        assert sql("SELECT count(*) FROM audit_event WHERE pair_id IS NOT NULL") == before == [(0,)]
    with inside(north, shop.citizen):
        assert Decision.objects.get(pk=decision.pk).text
    with inside(north, shop.professional):
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
        assert sql("SELECT count(*) FROM projects_decision") == [(0,)]
    assert browser_of(shop.professional, north).get(f"/pairs/{shop.pair.pk}/").status_code == 404
    assert browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/").status_code == 200


def test_who_moves_to_another_organisation_takes_nothing_along(north: Organisation, south: Organisation) -> None:
    shop = workshop(north)
    account, token = Account.objects.get(pk=shop.professional.pk), uuid.uuid4().hex
    lead = world.lead(south, "Sally South")
    from rollout.kernel.tokens import hashed

    with inside(south, lead, Role.ROLLOUT_LEAD):
        Invitation.objects.create(
            kind=Invitation.Kind.MEMBER, name="Priya", email=account.email or "", invited_by_id=lead.pk,
            token_hash=hashed(token), sent_at=clock.now(), expires_at=clock.now() + timedelta(days=9),
        )  # fmt: skip
    with inside(south, account.pk):
        sql("SELECT accept_invitation(%s, %s)", hashed(token), here().vouch(account.email or ""))
        assert sql("SELECT count(*) FROM members_member") != [(0,)]
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
    with inside(north, account.pk):
        assert sql("SELECT count(*) FROM pairs_pair") == [(1,)]
