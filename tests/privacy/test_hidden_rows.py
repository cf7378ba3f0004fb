"""In the application's own connection, with raw SQL: what is hidden has no rows, no counts, no way in."""

from __future__ import annotations

from tenants.members.models import Role
from tests import world
from tests.world import inside, sql


def test_a_hidden_pair_has_rows_for_its_partners_alone(north):
    pair, professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    for partner in (professional, citizen):
        with inside(north, partner):
            assert sql("SELECT count(*) FROM pairs_pair WHERE id = %s", pair) == [(1,)]
            assert sql("SELECT count(*) FROM pairs_seat") == [(2,)]
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
        assert sql("SELECT count(*) FROM pairs_seat") == [(0,)]
