"""What the work adds to a pair's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tenants.pairs.page import Section
from tenants.pairs.queries import sides
from tenants.projects import queries, rendering

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair

LATEST = 5


def shared_task(member: Member, pair: Pair) -> Section:
    """The shared task with its keys."""
    task = queries.shared_task_of(member, pair.pk)
    keys = rendering.keys_of(task, sides(pair, member)) if task else None
    return Section("shared-task", _("Shared task"), "projects/_task_section.html", {"task": task, "keys": keys})


def decisions(member: Member, pair: Pair) -> Section:
    """The latest decisions."""
    found = list(queries.decisions_for(member, pair.pk)[: LATEST + 1])
    who = sides(pair, member)
    lines = [rendering.decision_line(decision, who) for decision in found[:LATEST]]
    content = {"lines": lines, "has_more": len(found) > LATEST}
    return Section("decisions", _("Decisions"), "projects/_decisions_section.html", content)


def results(member: Member, pair: Pair) -> Section:
    """The latest results."""
    found = list(queries.results_for(member, pair.pk).prefetch_related(None)[: LATEST + 1])
    content = {
        "lines": [rendering.result_line(result) for result in found[:LATEST]],
        "has_more": len(found) > LATEST,
    }
    return Section("results", _("Results"), "projects/_results_section.html", content)
