"""What of the work waits for a key, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.home import Kind, Row, rows_of
from tenants.projects import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _tasks(member: Member) -> QuerySet[Any]:
    return rows_of(queries.tasks_to_agree(member), "shared_task", since="edited_at", for_partner=F("mine"))


def _task(row: Row) -> tuple[str, str]:
    words = _("The shared task") if row.for_partner else _("Read and sign the shared task")
    return words, reverse("projects:task", args=[row.pair_id])


def _decisions(member: Member) -> QuerySet[Any]:
    found = queries.decisions_to_agree(member).annotate(since=Coalesce("proposed_at", "drafted_at"))
    return rows_of(found, "decision", since="since", title="title", for_partner=F("mine"))


def _decision(row: Row) -> tuple[str, str]:
    words = _("Decision: %(title)s") if row.for_partner else _("Read and answer the decision: %(title)s")
    return words % {"title": row.title}, reverse("projects:decision", args=[row.pair_id, row.subject])


def _to_revisit(member: Member) -> QuerySet[Any]:
    return rows_of(queries.decisions_to_revisit(member), "decision_parked", since="revisit_on", title="title")


def _parked(row: Row) -> tuple[str, str]:
    words = _("Look at this decision again: %(title)s") % {"title": row.title}
    return words, reverse("projects:decision", args=[row.pair_id, row.subject])


def _decisions_due(member: Member) -> QuerySet[Any]:
    return rows_of(queries.decisions_due(member), "decision_due", since="due_on", title="title")


def _due(row: Row) -> tuple[str, str]:
    words = _("The day to decide has come: %(title)s") % {"title": row.title}
    return words, reverse("projects:decision", args=[row.pair_id, row.subject])


def _results(member: Member) -> QuerySet[Any]:
    found = queries.results_to_agree(member).filter(Q(mine=True) | Q(partners=True))
    return rows_of(found, "result", since="written_at", title="title", for_partner=F("mine"))


def _result(row: Row) -> tuple[str, str]:
    words = _("Result: %(title)s") if row.for_partner else _("Read and sign the result: %(title)s")
    return words % {"title": row.title}, reverse("projects:result", args=[row.pair_id, row.subject])


KINDS = (
    Kind("shared_task", _tasks, _task),
    Kind("decision", _decisions, _decision),
    Kind("decision_parked", _to_revisit, _parked),
    Kind("decision_due", _decisions_due, _due),
    Kind("result", _results, _result),
)
"""Texts that wait for the member's key, texts that the member has signed and the partner has not, and decisions whose
day has come."""
