"""Many browsers with one letter, on a database of their own."""

from __future__ import annotations

import pytest

from rollout.accounts.models import Account
from rollout.organisations.models import Organisation
from tenants.assistance import actions
from tenants.members import arriving
from tenants.members.tasks import token_of
from tenants.pairs.models import Seat
from tests import world
from tests.racing import at_once, meet, rewritten
from tests.tenants.assistance.test_by_letter import by_letter, nobody
from tests.world import inside, sql

RACERS = 32


@pytest.mark.parametrize("locked", [True, False])
def test_of_many_browsers_at_once_one_comes_in(committed, locked):
    north = Organisation.objects.get(slug="north")
    founder = world.member(north, "Finn Founder")
    pair, invitation = by_letter(north, founder)
    token = token_of(invitation)

    def take_up(_browser):
        arriving.take_up(organisation=north, token=token, partner_kind="patient")
        return "in"

    with rewritten(north, {} if locked else WITHOUT_LOCK):
        told = at_once(RACERS, take_up)
    assert told.count("in") == Account.objects.filter(email=None).count() == 1
    with inside(north, founder):
        assert Seat.objects.filter(pair_id=pair).count() == 2
        assert sql("SELECT count(*) FROM members_member WHERE name = 'Lea Letter'") == [(1,)]
    # The control: without the lock they meet at the seat, not at the invitation.
    assert told.count("used" if locked else "seat_taken") == RACERS - 1


def test_of_many_who_type_the_letters_code_at_once_one_is_led_on(committed, monkeypatch):
    monkeypatch.setattr(actions, "seconds_to_wait", lambda tries: 0)
    north = Organisation.objects.get(slug="north")
    founder = world.member(north, "Finn Founder")
    _pair, invitation = by_letter(north, founder)
    with inside(north, founder):
        code = actions.make_letter(invitation=invitation, by=founder)
    told = at_once(RACERS, lambda _browser: nobody().post("/letter/", {"code": code}).status_code)
    assert sorted(told) == [200] * (RACERS - 1) + [302]


WITHOUT_LOCK = {
    "accept_invitation": {"v.token_hash = hash for update;": f"v.token_hash = hash; {meet(RACERS)}"},
}
"""What accepting holds, and what stands there instead in the control: no lock, and a wait for the others."""
