"""Random histories of who speaks with somebody: nobody agrees with themselves, whatever is tried."""

from __future__ import annotations

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.workplan.actions import stakeholders
from tenants.workplan.models import Stakeholder, Who
from tenants.workplan.policy import APPROACH, Approach, ApproachAct, approach_of
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_workplan import person

OWN = "(SELECT id FROM pairs_seat WHERE member_id = security.person())"
FORGED = {
    "agree": "approacher_agreed_at = now()",
    "agree at once": f"approacher = 'both', approacher_named_by_id = {OWN}, approacher_named_at = now(),"
    " approacher_agreed_at = now()",
    "disagree": "approacher_agreed_at = NULL",
    "clear": "approacher = '', approacher_named_by_id = NULL, approacher_named_at = NULL, approacher_agreed_at = NULL",
    "another": "approacher = 'both'",
}
STEPS = st.tuples(
    st.sampled_from(["name", "name", "confirm", "confirm", *FORGED]), st.booleans(), st.sampled_from(Who.values)
)


def test_the_table_of_who_speaks_with_somebody():
    leading = {(act, after) for acts in APPROACH.values() for act, after in acts.items()}
    assert leading == {
        (ApproachAct.NAME, Approach.NAMED), (ApproachAct.CONFIRM, Approach.AGREED),
        (ApproachAct.CLEAR, Approach.NOBODY),
    }  # fmt: skip
    assert [state for state, acts in APPROACH.items() if ApproachAct.CONFIRM in acts] == [Approach.NAMED]
    assert set(APPROACH) == set(Approach)


def test_no_history_makes_two_of_one(north):
    shop = workshop(north)

    @settings(max_examples=25, deadline=None)
    @given(history=st.lists(STEPS, max_size=12))
    def live(history):
        known = person(shop)
        for step, by_citizen, whom in history:
            one_step(shop, known, step, shop.citizen if by_citizen else shop.professional, whom)

    live()


def one_step(shop, known, step, who, whom):
    """Do one thing, and look at the row before and after."""
    with inside(shop.organisation, who):
        before = Stakeholder.objects.get(pk=known.pk)
        mine = sql("SELECT id FROM pairs_seat WHERE member_id = %s", who.pk)[0][0]
    try:
        with inside(shop.organisation, who):
            if step == "name":
                stakeholders.name_approacher(person=known, who=whom, by=who)
            elif step == "confirm":
                stakeholders.confirm_approacher(person=known, shown=whom, by=who)
            else:
                sql(f"UPDATE workplan_stakeholder SET {FORGED[step]} WHERE id = %s", known.pk)
                settle()
        done = True
    except (DomainError, DatabaseError):
        done = False
    with inside(shop.organisation, who):
        now = Stakeholder.objects.get(pk=known.pk)
    was, is_now = approach_of(before), approach_of(now)
    assert is_now == was or is_now in APPROACH[was].values()
    if is_now == Approach.AGREED and was != Approach.AGREED:  # by the other, and to whom was named
        assert now.approacher_named_by_id == before.approacher_named_by_id != mine
        assert now.approacher == before.approacher
    if now.approacher != before.approacher and now.approacher:
        assert now.approacher_named_by_id == mine
    assert done or (was, before.approacher) == (is_now, now.approacher)
