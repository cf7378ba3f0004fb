"""The plan: tasks and milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.pairs import queries as pairs
from tenants.workplan import permissions, queries
from tenants.workplan.actions import plan as actions
from tenants.workplan.models import Milestone, Planned, PlanTask, Who

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

_SHARED = ("id", "pair", "text", "due_on", "state", "added_by", "added_at", "closed_at")


class TaskOut(serializers.ModelSerializer[PlanTask]):
    """Something to do."""

    class Meta:
        model = PlanTask
        fields = (*_SHARED, "who")
        read_only_fields = fields


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    """A point on the way."""

    class Meta:
        model = Milestone
        fields = _SHARED
        read_only_fields = fields


class MilestoneIn(Body):
    """A new milestone of a pair."""

    pair = serializers.UUIDField()
    text = Text(max_length=200)
    due_on = Day(allow_null=True, default=None)


class TaskIn(MilestoneIn):
    """A new task of a pair."""

    who = serializers.ChoiceField(choices=Who.choices, default=Who.BOTH.value)


class MilestoneChangeIn(Body):
    """What is different; the rest stays."""

    text = Text(max_length=200, required=False)
    due_on = Day(allow_null=True, required=False)


class TaskChangeIn(MilestoneChangeIn):
    """What is different; the rest stays."""

    who = serializers.ChoiceField(choices=Who.choices, required=False)


class MoveIn(Body):
    """Where it goes: done, dropped, or open again."""

    to = serializers.ChoiceField(choices=Planned.State.choices)


class Lines(Operations):
    """Lines of the plans of the person's pairs."""

    permissions = {
        **dict.fromkeys(("list", "retrieve"), permissions.READ_PLAN),
        **dict.fromkeys(("create", "partial_update", "move"), permissions.WRITE_PLAN),
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=Planned.State.choices), "state", "One state."),
    }
    orderings = ("added_at", "text")

    def edited(self, lines: Any, takes: type[Body]) -> Response:
        held = self.found(self.held(lines))
        self.refuse_changed(held)
        said = {"text": held.text, "due_on": held.due_on, **self.said(takes)}
        return self.shown(actions.edit(line=held, **said, by=self.member))

    def moved(self, line: Any) -> Response:
        return self.shown(actions.move(line=line, to=self.said(MoveIn)["to"], by=self.member))


class PlanTasks(Lines):
    """The tasks of the person's pairs."""

    serializer_class = TaskOut

    @operation(gives=TaskOut(many=True))
    def list(self, request: Request) -> Response:
        """The tasks of my pairs, the oldest first."""
        return self.page_of(queries.tasks_for(self.member))

    @operation(takes=TaskIn, gives=TaskOut, status=201, refuses=["plan_is_full"])
    def create(self, request: Request) -> Response:
        """Write down something to do."""
        said = self.said(TaskIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.add_task(pair=pair, **said, by=self.member), status=201)

    @operation(gives=TaskOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One task."""
        return self.shown(self.found(queries.tasks_for(self.member)))

    @operation(takes=TaskChangeIn, gives=TaskOut, refuses=["wrong_state"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Say an open task better, or move it to another day or person."""
        return self.edited(queries.tasks_for(self.member), TaskChangeIn)

    @operation(takes=MoveIn, gives=TaskOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: UUID) -> Response:
        """Tick a task off, drop it, or undo that."""
        return self.moved(self.found(queries.tasks_for(self.member)))


class Milestones(Lines):
    """The milestones of the person's pairs."""

    serializer_class = MilestoneOut

    @operation(gives=MilestoneOut(many=True))
    def list(self, request: Request) -> Response:
        """The milestones of my pairs, the oldest first."""
        return self.page_of(queries.milestones_for(self.member))

    @operation(takes=MilestoneIn, gives=MilestoneOut, status=201, refuses=["plan_is_full"])
    def create(self, request: Request) -> Response:
        """Write down a point on the way."""
        said = self.said(MilestoneIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.add_milestone(pair=pair, **said, by=self.member), status=201)

    @operation(gives=MilestoneOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One milestone."""
        return self.shown(self.found(queries.milestones_for(self.member)))

    @operation(takes=MilestoneChangeIn, gives=MilestoneOut, refuses=["wrong_state"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Say an open milestone better, or move it to another day."""
        return self.edited(queries.milestones_for(self.member), MilestoneChangeIn)

    @operation(takes=MoveIn, gives=MilestoneOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: UUID) -> Response:
        """Say that a milestone is reached, drop it, or undo that."""
        return self.moved(self.found(queries.milestones_for(self.member)))
