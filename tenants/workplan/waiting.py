"""What of a project waits for somebody, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.home import Kind, Row, rows_of
from tenants.workplan import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _frames(member: Member) -> QuerySet[Any]:
    return rows_of(queries.frames_to_sign(member), "project", since="edited_at", for_partner=F("mine"))


def _frame(row: Row) -> tuple[str, str]:
    words = _("Aim and reasons") if row.for_partner else _("Read and sign the aim and the reasons")
    return words, reverse("workplan:frame", args=[row.pair_id])


def _tasks(member: Member) -> QuerySet[Any]:
    return rows_of(queries.tasks_due(member), "plan_task", since="due_on", title="text")


def _task(row: Row) -> tuple[str, str]:
    return _("To do: %(title)s") % {"title": row.title}, reverse("workplan:plan", args=[row.pair_id])


def _people(member: Member) -> QuerySet[Any]:
    found = queries.approachers_to_confirm(member)
    return rows_of(found, "approacher", since="approacher_named_at", title="name", for_partner=F("mine"))


def _person(row: Row) -> tuple[str, str]:
    words = _("Who speaks with %(name)s") if row.for_partner else _("Confirm who speaks with %(name)s")
    return words % {"name": row.title}, reverse("workplan:person", args=[row.pair_id, row.subject])


KINDS = (Kind("project", _frames, _frame), Kind("plan_task", _tasks, _task), Kind("approacher", _people, _person))
"""A key that is missing, tasks that are due, and an agreement that waits for a yes."""
