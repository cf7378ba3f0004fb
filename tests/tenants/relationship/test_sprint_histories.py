"""Random histories of sprints: whatever two partners and raw SQL do, none counts without both, and none comes back."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.relationship.actions import balance
from tenants.relationship.models import Sprint
from tenants.relationship.policy import SPRINTS, SprintAct, Stage, stage_of
from tests.world import inside, sql
from tests.world_projects import workshop

OTHER = "(SELECT id FROM pairs_seat s WHERE s.id <> seat_id LIMIT 1)"
FORGED = {
    "agree alone": "agreed_by_id = seat_id, agreed_at = now() WHERE ended_at IS NULL",
    "agree for the other": f"agreed_by_id = {OTHER}, agreed_at = now() WHERE ended_at IS NULL",
    "disagree": "agreed_by_id = NULL, agreed_at = NULL WHERE ended_at IS NULL",
    "come back": "ended_at = NULL",
}
STEPS = st.tuples(st.sampled_from(["propose", "agree", "end", "wait", *FORGED]), st.booleans())


def stages(shop):
    with inside(shop.organisation, shop.citizen):
        found = list(Sprint.objects.all())
    return {row.pk: stage_of(agreed_at=row.agreed_at, ended_at=row.ended_at) for row in found}, found


def test_the_table_of_a_sprint():
    assert {stage: set(acts) for stage, acts in SPRINTS.items()} == {
        Stage.PROPOSED: {SprintAct.AGREE, SprintAct.END}, Stage.AGREED: {SprintAct.END}, Stage.ENDED: set(),
    }  # fmt: skip


def test_no_history_of_sprints_reaches_an_impossible_state(north):
    shop = workshop(north)

    @settings(max_examples=40, deadline=None)
    @given(history=st.lists(STEPS, max_size=12))
    def live(history):
        moment = clock.now()
        for step, by_citizen in history:
            who = shop.citizen if by_citizen else shop.professional
            moment += timedelta(days=9) if step == "wait" else timedelta()
            with clock.at(moment):
                one_step(shop, step, who)
        with inside(north, shop.citizen):
            sql("UPDATE relationship_sprint SET ended_at = now() WHERE ended_at IS NULL")

    live()


def one_step(shop, step, who):
    """Do one thing, and look at all sprints before and after."""
    before, _rows = stages(shop)
    try:
        with inside(shop.organisation, who):
            if step == "propose":
                balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + timedelta(days=7), by=who)
            elif step == "agree":
                balance.agree_sprint(pair=shop.pair, by=who)
            elif step == "end":
                balance.end_sprint(pair=shop.pair, by=who)
            elif step in FORGED:
                sql(f"UPDATE relationship_sprint SET {FORGED[step]}")
                settle()
        done = True
    except (DomainError, DatabaseError):
        done = False
    after, rows = stages(shop)
    for pk, stage in after.items():
        if pk in before:
            assert stage == before[pk] or stage in SPRINTS[before[pk]].values()
        else:
            assert (stage, step) == (Stage.PROPOSED, "propose")
    assert set(before) <= set(after)
    assert done or before == after
    assert sum(stage != Stage.ENDED for stage in after.values()) <= 1
    for row in rows:
        assert row.agreed_by_id is None or row.agreed_by_id != row.seat_id
