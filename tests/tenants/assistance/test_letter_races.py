"""Many browsers with one letter, on a database of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from rollout.accounts.models import Account
from rollout.kernel.errors import DomainError
from rollout.organisations.models import Organisation
from tenants.assistance import actions
from tenants.members import arriving
from tenants.members.tasks import token_of
from tenants.pairs.models import Seat
from tests import world
from tests.tenants.assistance.test_by_letter import by_letter, nobody
from tests.world import inside, sql

RACERS = 32


def together(act):
    """What everybody is told who does this at once."""
    gate = threading.Barrier(RACERS)

    def attempt(_number):
        gate.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(attempt, range(RACERS)))


@pytest.mark.parametrize("locked", [True, False])
def test_of_many_browsers_at_once_one_comes_in(committed, locked):
    north = Organisation.objects.get(slug="north")
    founder = world.member(north, "Finn Founder")
    pair, invitation = by_letter(north, founder)
    token = token_of(invitation)
    if not locked:
        _without_lock(north)

    def take_up():
        try:
            arriving.take_up(organisation=north, token=token, partner_kind="patient")
        except DomainError as refusal:
            return refusal.code
        return "in"

    told = together(take_up)
    assert told.count("in") == Account.objects.filter(email=None).count() == 1
    with inside(north, founder):
        assert Seat.objects.filter(pair_id=pair).count() == 2
        assert sql("SELECT count(*) FROM members_member WHERE name = 'Lea Letter'") == [(1,)]
    if locked:
        assert told.count("used") == RACERS - 1
    else:
        assert told.count("used") < RACERS - 1  # the control: they meet at the seat, not at the invitation


def test_of_many_who_type_the_letters_code_at_once_one_is_led_on(committed, monkeypatch):
    monkeypatch.setattr(actions, "seconds_to_wait", lambda tries: 0)
    north = Organisation.objects.get(slug="north")
    founder = world.member(north, "Finn Founder")
    _pair, invitation = by_letter(north, founder)
    with inside(north, founder):
        code = actions.make_letter(invitation=invitation, by=founder)
    told = together(lambda: nobody().post("/letter/", {"code": code}).status_code)
    assert sorted(told) == [200] * (RACERS - 1) + [302]


def _without_lock(north):
    """Accepting without its lock, and slow enough for others to be there."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE p.proname = 'accept_invitation' AND n.nspname = %s",
            [north.schema_name],
        )
        text = cursor.fetchone()[0]
        naive = text.replace("v.token_hash = hash for update;", "v.token_hash = hash; perform pg_sleep(0.5);")
        assert naive != text
        cursor.execute(naive)
