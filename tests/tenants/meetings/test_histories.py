"""Random histories of a meeting: whatever two partners and raw SQL do, no impossible state is ever reached."""

from __future__ import annotations

from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from tenants.meetings import actions
from tenants.meetings.models import Meeting, Move
from tenants.meetings.policy import TRANSITIONS, State
from tests.world import inside, sql
from tests.world_meetings import offered, plan, wall
from tests.world_projects import workshop

STEPS = st.tuples(
    st.sampled_from(["offer", "choose", "ask", "decline", "cancel", "close", "note", "forge"]),
    st.booleans(),
    st.sampled_from(list(State)),
)


def act(step, meeting, who):
    """Do one thing through the actions."""
    if step == "offer":
        actions.offer(meeting=meeting, plan=plan(), walls=[wall(9), wall(10)], by=who)
    elif step == "choose":
        actions.choose(meeting=meeting, time=meeting.times.filter(round=meeting.round)[0].pk, by=who)
    elif step == "ask":
        actions.ask_for_other_times(meeting=meeting, words="Others", by=who)
    elif step == "decline":
        actions.decline(meeting=meeting, reason="other", by=who)
    elif step == "close":
        actions.close(meeting=meeting, met=True, by=who)
    elif step == "note":
        actions.note(meeting=meeting, text=meeting.notes + "!", by=who)
    else:
        actions.cancel(meeting=meeting, by=who)


def forge(meeting, target):
    """Write a state by hand, as a partner with a database console would."""
    reason = "other" if target == State.DECLINED else ""
    sql("UPDATE meetings_meeting SET state = %s, reason = %s WHERE id = %s", target.value, reason, meeting.pk)


def test_no_history_reaches_an_impossible_state(north):
    shop = workshop(north)

    @settings(max_examples=30, deadline=None)
    @given(history=st.lists(STEPS, max_size=10))
    def live(history):
        go_through(shop, history)

    live()


def go_through(shop, history):
    """Live one history of one meeting, and look after every step."""
    meeting = offered(shop, shop.professional)
    stood = 0
    for step, by_citizen, target in history:
        who = shop.citizen if by_citizen else shop.professional
        with inside(shop.organisation, who):
            before = Meeting.objects.select_related("proposed_by").get(pk=meeting.pk)
            try:
                with transaction.atomic():
                    forge(before, target) if step == "forge" else act(step, before, who)
            except (DomainError, DatabaseError):
                pass
        with inside(shop.organisation, who):
            now = Meeting.objects.get(pk=meeting.pk)
            moves = Move.objects.filter(meeting=now).count()
            times = set(now.times.filter(round=now.round).values_list("starts_at", flat=True))
        assert State(now.state) in {State(before.state), *TRANSITIONS[State(before.state)].values()}
        if now.state == State.AGREED:
            assert now.starts_at in times
            if before.state != State.AGREED:
                assert before.proposed_by.member_id != who.pk
        assert now.state not in (State.HELD, State.NOT_HELD), "its time is still to come"
        stood += before.state == State.AGREED and now.state == State.PROPOSED
        assert moves == stood
