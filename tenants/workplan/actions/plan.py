"""The plan: tasks and milestones, said better, moved to another day, ticked off and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.projects.content import plain
from tenants.workplan import permissions, policy
from tenants.workplan.models import Milestone, PlanTask, Who

if TYPE_CHECKING:
    from datetime import date

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

State = PlanTask.State
MOST_OPEN = 100
Line = TypeVar("Line", bound=PlanTask | Milestone)


@transaction.atomic
def add_task(*, pair: Pair, text: str, who: str = Who.BOTH, due_on: date | None = None, by: Member) -> PlanTask:
    """Write down something to do."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_PLAN)
    _refuse_full(PlanTask, pair)
    task = PlanTask.objects.create(
        pair_id=pair.pk, text=plain(text), who=who, due_on=due_on, added_by=seat, added_at=clock.now()
    )
    audit.record("plan.task_added", subject=task, pair=pair.pk)
    return task


@transaction.atomic
def add_milestone(*, pair: Pair, text: str, due_on: date | None = None, by: Member) -> Milestone:
    """Write down a point on the way."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_PLAN)
    _refuse_full(Milestone, pair)
    milestone = Milestone.objects.create(
        pair_id=pair.pk, text=plain(text), due_on=due_on, added_by=seat, added_at=clock.now()
    )
    audit.record("plan.milestone_added", subject=milestone, pair=pair.pk)
    return milestone


@transaction.atomic
def move(*, line: Line, to: str, by: Member) -> Line:
    """Tick it off, drop it, or undo that. Where it already is, nothing happens: two who tick it off at once agree."""
    line, _seat = pairs.held(line, by, permissions.WRITE_PLAN)
    if line.state == to:
        return line
    if not policy.may_move(line.state, to):
        raise DomainError("wrong_state", _("This was ticked off or dropped already. Undo that first."))
    line.state, line.closed_at = State(to), None if to == State.OPEN else clock.now()
    line.save(update_fields=["state", "closed_at"])
    audit.record("plan.moved", subject=line, pair=line.pair_id, to=to)
    return line


@transaction.atomic
def edit(*, line: Line, text: str, due_on: date | None = None, who: str = "", by: Member) -> Line:
    """Say an open line better, or move it to another day; a task can go to another of the two as well."""
    line, _seat = pairs.held(line, by, permissions.WRITE_PLAN)
    if line.state != State.OPEN:
        raise DomainError("wrong_state", _("This was ticked off or dropped already. Undo that first."))
    line.text, line.due_on = plain(text), due_on
    changed = ["text", "due_on"]
    if who and isinstance(line, PlanTask):
        line.who = who
        changed.append("who")
    line.save(update_fields=changed)
    audit.record("plan.edited", subject=line, pair=line.pair_id)
    return line


def _refuse_full(kind: type[PlanTask | Milestone], pair: Pair) -> None:
    if kind._default_manager.filter(pair_id=pair.pk, state=State.OPEN).count() >= MOST_OPEN:
        raise DomainError("plan_is_full", _("There are a hundred open lines already. Tick off or drop some first."))
