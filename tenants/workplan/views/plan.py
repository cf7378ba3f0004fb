"""The plan on one page: add in one line, tick off with one button, undo."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.workplan import actions, forms, permissions, queries, rendering
from tenants.workplan.models import Milestone, Planned, PlanTask
from tenants.workplan.views.measures import table

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form

State = Planned.State
PER_PAGE = 20
SAID = {
    State.DONE: _("Ticked off."),
    State.DROPPED: _("Dropped."),
    State.OPEN: _("It is open again."),
}


class PlanPage(PairFormPage):
    """Open tasks first, then the milestones, then what is behind you. A task is added at the top."""

    permission = permissions.WRITE_PLAN
    form_class = forms.TaskForm
    template = "workplan/plan_page.html"
    read_as = PlanTask

    def form(self, *args: Any, **kwargs: Any) -> Form:
        return super().form(*args, people=rendering.who_choices(self.sides), **kwargs)

    def save(self, typed: dict[str, Any]) -> str:
        actions.plan.add_task(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("The task is added."))
        return self.request.path

    def more(self) -> dict[str, Any]:
        tasks = queries.tasks_for(self.member, self.pair.pk)
        milestones = queries.milestones_for(self.member, self.pair.pk)
        lists = {
            "open_tasks": tasks.filter(state=State.OPEN),
            "milestones": milestones.exclude(state=State.DROPPED),
            "closed_tasks": tasks.exclude(state=State.OPEN).order_by("-closed_at", "id"),
        }
        pages = {name: Paginator(rows, PER_PAGE).get_page(self.request.GET.get(name)) for name, rows in lists.items()}
        return {
            **super().more(),
            **{name: self._lines(listed) for name, listed in pages.items()},
            "pages": pages,
            "cancel_url": "",
        }

    def _lines(self, rows: Any) -> list[dict[str, Any]]:
        return [rendering.plan_line(row, self.sides, clock.today()) for row in rows]


class PlanTable(OfPair):
    """Tasks and milestones as a file."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        lines: list[PlanTask | Milestone] = [
            *queries.tasks_for(self.member, self.pair.pk),
            *queries.milestones_for(self.member, self.pair.pk),
        ]
        return table("plan.csv", rendering.tasks_csv(lines, self.sides, rendering.names_of(self.pair)))


class MilestoneNew(PairFormPage):
    """Add a point on the way."""

    permission = permissions.WRITE_PLAN
    form_class = forms.MilestoneForm
    template = "workplan/milestone_form_page.html"
    read_as = Milestone

    def save(self, typed: dict[str, Any]) -> str:
        actions.plan.add_milestone(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("The milestone is added."))
        return reverse("workplan:plan", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("workplan:plan", args=[self.pair.pk])}


class LineEdit(PairFormPage):
    """Say an open line of the plan better, or move it to another day."""

    permission = permissions.WRITE_PLAN
    template = "workplan/line_edit_page.html"

    @cached_property
    def line(self) -> Any:
        return queries.one(self.lines().filter(state=State.OPEN), self.kwargs["pk"])

    def lines(self) -> Any:
        raise NotImplementedError

    def save(self, typed: dict[str, Any]) -> str:
        actions.plan.edit(line=self.line, **typed, by=self.member)
        messages.success(self.request, _("It is saved."))
        return reverse("workplan:plan", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "line": self.line, "cancel_url": reverse("workplan:plan", args=[self.pair.pk])}


class TaskEdit(LineEdit):
    """Change a task."""

    form_class = forms.TaskForm
    read_as = PlanTask

    def lines(self) -> Any:
        return queries.tasks_for(self.member, self.pair.pk)

    def form(self, *args: Any, **kwargs: Any) -> Form:
        return super().form(*args, people=rendering.who_choices(self.sides), **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"text": self.line.text, "who": self.line.who, "due_on": self.line.due_on}


class MilestoneEdit(LineEdit):
    """Change a milestone."""

    form_class = forms.MilestoneForm
    read_as = Milestone

    def lines(self) -> Any:
        return queries.milestones_for(self.member, self.pair.pk)

    def initial(self) -> dict[str, Any]:
        return {"text": self.line.text, "due_on": self.line.due_on}


class TaskMove(PairAct):
    """Tick a task off, drop it, or undo that."""

    permission = permissions.WRITE_PLAN

    def act(self) -> str:
        to = self.request.POST.get("to", "")
        if to not in State.values:
            raise Http404
        actions.plan.move(line=self.line(), to=to, by=self.member)
        return str(SAID[State(to)])

    def line(self) -> PlanTask | Milestone:
        return queries.one(queries.tasks_for(self.member, self.pair.pk), self.kwargs["pk"])

    def back(self) -> str:
        return reverse("workplan:plan", args=[self.pair.pk])


class MilestoneMove(TaskMove):
    """Say that a milestone is reached, drop it, or undo that."""

    def line(self) -> PlanTask | Milestone:
        return queries.one(queries.milestones_for(self.member, self.pair.pk), self.kwargs["pk"])
