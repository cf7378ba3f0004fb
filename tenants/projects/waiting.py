"""What of the work waits for a key, and which step comes next, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.pairs.home import Step, Waiting
from tenants.pairs.models import Pair
from tenants.projects import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from tenants.members.models import Member


def waiting_keys(member: Member) -> list[Waiting]:
    """Texts that wait for the member's key, and texts that the member has signed and the partner has not."""
    return [*_tasks(member), *_decisions(member), *_results(member)]


def _tasks(member: Member) -> Iterator[Waiting]:
    for task in queries.tasks_to_agree(member):
        title = _("The shared task") if task.mine else _("Read and sign the shared task")
        url = reverse("projects:task", args=[task.pair_id])
        yield Waiting(title, url, task.edited_at, task.pair_id, for_partner=task.mine)


def _decisions(member: Member) -> Iterator[Waiting]:
    for decision in queries.decisions_to_agree(member):
        words = _("Decision: %(title)s") if decision.mine else _("Read and answer the decision: %(title)s")
        url = reverse("projects:decision", args=[decision.pair_id, decision.pk])
        since = decision.proposed_at or decision.drafted_at
        yield Waiting(words % {"title": decision.title}, url, since, decision.pair_id, for_partner=decision.mine)


def _results(member: Member) -> Iterator[Waiting]:
    for result in queries.results_to_agree(member):
        if result.mine or result.partners:
            words = _("Result: %(title)s") if result.mine else _("Read and sign the result: %(title)s")
            url = reverse("projects:result", args=[result.pair_id, result.pk])
            yield Waiting(
                words % {"title": result.title}, url, result.written_at, result.pair_id, for_partner=result.mine
            )


def next_work(member: Member, pairs: Sequence[Pair]) -> Mapping[UUID, Step]:
    """The shared task first, then a decision, then a result."""
    work = queries.work_of(member, [pair.pk for pair in pairs])
    steps = {pair.pk: _step(pair, work.get(pair.pk)) for pair in pairs if pair.stage != Pair.Stage.PAUSED}
    return {pair: step for pair, step in steps.items() if step}


def _step(pair: Pair, work: queries.Work | None) -> Step | None:
    if work is None:
        return Step(gettext_lazy("Write your shared task"), reverse("projects:task-write", args=[pair.pk]))
    if not work.has_agreed_task:
        return None
    if not work.has_decision:
        return Step(gettext_lazy("Propose a first decision"), reverse("projects:decision-draft", args=[pair.pk]))
    if not work.has_result:
        return Step(gettext_lazy("Write down a first result"), reverse("projects:result-draft", args=[pair.pk]))
    return None
