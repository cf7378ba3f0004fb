"""Random histories of a project and of a line of its plan: no impossible state is ever reached."""

from __future__ import annotations

from django.db import DatabaseError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.workplan.actions import frame, plan
from tenants.workplan.content import content_of, hash_of_frame
from tenants.workplan.models import PlanTask
from tenants.workplan.policy import MOVES, State, may_move, missing
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_workplan import frame_content, framed, now

ACTS = ["edit", "empty", "sign", "source", "forge_active", "forge_text", "drop_source"]
STEPS = st.tuples(st.sampled_from(ACTS), st.booleans())


def test_the_table_of_a_line():
    assert {(a.value, b.value) for a in State for b in State if may_move(a, b)} == {
        ("open", "done"), ("open", "dropped"), ("done", "open"), ("dropped", "open"),
    }  # fmt: skip
    assert set(MOVES) == set(State)


def _do(shop, step, who, number):
    if step == "edit":
        frame.write(pair=shop.pair, content=frame_content(place=f"Place {number}"), by=who)
    elif step == "empty":
        frame.write(pair=shop.pair, content=frame_content(aim=""), by=who)
    elif step == "sign":
        frame.sign(pair=shop.pair, shown=frame.ProjectFrame.objects.get().content_hash, by=who)
    elif step == "source":
        frame.add_source(pair=shop.pair, kind="data", name=f"Report {number}", by=who)
    elif step == "forge_active":
        sql("UPDATE workplan_projectframe SET state = 'active', active_since = now()")
    elif step == "forge_text":
        sql("UPDATE workplan_projectframe SET aim = aim || '!'")
    else:
        sql("DELETE FROM workplan_framesource")
    settle()


def test_no_history_makes_a_project_active_that_two_have_not_signed(north):
    shop = workshop(north)
    reached = set()

    @settings(max_examples=40, deadline=None)
    @given(history=st.lists(STEPS, max_size=10))
    @example(history=[("sign", True)])
    def live(history):
        with inside(north, shop.professional):  # every history begins with a draft and one source
            frame.write(pair=shop.pair, content=frame_content(aim=""), by=shop.professional)
            sql("DELETE FROM workplan_framesource")
        framed(shop, signed_by=(shop.professional,))
        for number, (step, by_citizen) in enumerate(history):
            who = shop.citizen if by_citizen else shop.professional
            try:
                with inside(north, who):
                    _do(shop, step, who, number)
            except (DomainError, DatabaseError):
                continue
            found = now(shop)
            reached.add(found.state)
            with inside(north, who):
                kinds = [source.kind for source in found.sources.all()]
                said = hash_of_frame(content_of(found), found.sources.values_list("kind", "name", "says"))
                signed = sql("SELECT count(*) FROM workplan_framekey WHERE content_hash = %s", found.content_hash)
            if found.state == "active":
                assert (signed, missing(found, kinds)) == ([(2,)], [])
                assert found.content_hash == said

    live()
    assert reached == {"draft", "active"}


def test_no_history_of_a_line_leaves_its_table(north):
    shop = workshop(north)

    @settings(max_examples=40, deadline=None)
    @given(history=st.lists(st.tuples(st.sampled_from([*State]), st.booleans()), max_size=8))
    def live(history):
        with inside(north, shop.citizen):
            task = plan.add_task(pair=shop.pair, text="Ask", by=shop.citizen)
        for to, by_hand in history:
            before = State(task.state)
            try:
                with inside(north, shop.professional):
                    if by_hand:
                        closed = "NULL" if to == State.OPEN else "now()"
                        sql(f"UPDATE workplan_plantask SET state = %s, closed_at = {closed} WHERE id = %s", to, task.pk)
                    else:
                        plan.move(line=task, to=to, by=shop.professional)
            except (DomainError, DatabaseError):
                assert not may_move(before, to)
            with inside(north, shop.professional):
                task = PlanTask.objects.get(pk=task.pk)
            assert State(task.state) == (to if may_move(before, to) else before)
            assert (task.closed_at is None) == (task.state == State.OPEN)
        with inside(north, shop.citizen):
            if task.state == State.OPEN:
                plan.move(line=task, to=State.DONE, by=shop.citizen)

    live()
