"""Random histories of a decision: whatever two partners and raw SQL do, no impossible state is ever reached."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.projects.actions import decisions
from tenants.projects.content import hash_of_decision
from tenants.projects.models import Decision
from tenants.projects.policy import TRANSITIONS, Act, State, after, may
from tests.world import inside, sql
from tests.world_projects import workshop

RAW = {  # what a row of each state must hold besides
    State.AGREED: "agreed_at = now(), revisit_on = NULL",
    State.SUPERSEDED: "agreed_at = coalesce(agreed_at, now()), revisit_on = NULL",
    State.PARKED: "agreed_at = NULL, revisit_on = current_date",
}
STEPS = st.tuples(
    st.sampled_from(["edit", "propose", "sign", "contest", "park", "reopen", "withdraw", "forge", "take_key"]),
    st.booleans(),
    st.sampled_from(list(State)),
)


def act(step, decision, who):
    """Do one thing through the actions."""
    if step == "edit":
        decisions.edit(decision=decision, title="T", text=decision.text + "!", by=who)
    elif step == "sign":
        decisions.sign(decision=decision, shown=decision.content_hash, by=who)
    elif step == "contest":
        decisions.contest(decision=decision, reason="No", by=who)
    elif step == "park":
        decisions.park(decision=decision, revisit_on=clock.today() + timedelta(days=1), by=who)
    else:
        getattr(decisions, step)(decision=decision, by=who)


def forge(decision, target):
    """Write a state by hand, as a partner with a database console would."""
    more = RAW.get(target, "agreed_at = NULL, revisit_on = NULL")
    sql(f"UPDATE projects_decision SET state = %s, {more} WHERE id = %s", target.value, decision.pk)
    settle()


def sound(decision, signed):
    """What must always be true of a decision and the keys under it."""
    assert decision.content_hash == hash_of_decision(decision.title, decision.text, decision.supersedes_id)
    assert (decision.agreed_at is not None) == (decision.state in (State.AGREED, State.SUPERSEDED))
    assert (decision.revisit_on is not None) == (decision.state == State.PARKED)
    if decision.state == State.AGREED:
        assert signed == 2
    if decision.state in (State.DRAFT, State.CONTESTED, State.WITHDRAWN):
        assert signed == 0
    assert decision.state != State.VOID_ON_DEPARTURE  # nobody left


def test_no_history_reaches_an_impossible_state(north):
    shop = workshop(north)

    @settings(max_examples=60, deadline=None)
    @given(history=st.lists(STEPS, max_size=14))
    def live(history):
        go_through(shop, history)

    live()


def go_through(shop, history):
    """Live one history of one decision, and look after every step."""
    north, decision = shop.organisation, shop.draft()
    for step, by_citizen, target in history:
        who = shop.citizen if by_citizen else shop.professional
        with inside(north, who):
            before = Decision.objects.get(pk=decision.pk)
        try:
            with inside(north, who):
                if step == "forge":
                    forge(before, target)
                elif step == "take_key":
                    sql("DELETE FROM projects_decisionkey WHERE decision_id = %s", before.pk)
                else:
                    act(step, before, who)
            done = True
        except (DomainError, DatabaseError):
            done = False
        with inside(north, who):
            now = Decision.objects.get(pk=decision.pk)
            signed = sql("SELECT count(*) FROM projects_decisionkey WHERE decision_id = %s", now.pk)[0][0]
        sound(now, signed)
        reachable = {State(before.state), *TRANSITIONS[State(before.state)].values()}
        assert State(now.state) in reachable
        if not done:
            assert now.state == before.state
        elif step in {"edit", "propose", "contest", "park", "reopen", "withdraw"}:
            assert now.state == after(before.state, Act(step))
        elif step == "sign":
            assert may(before.state, Act.SIGN) or before.state == State.AGREED
