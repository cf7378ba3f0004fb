"""What of looking for a partner waits for a member, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.finder import queries
from tenants.pairs.home import Kind, Row, rows_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _asked(member: Member) -> QuerySet[Any]:
    # There is no pair yet, so the introduction stands in its place.
    return rows_of(queries.waiting_for_me(member), "introduction", since="asked_at", pair="pk")


def _asked_entry(row: Row) -> tuple[str, str]:
    return _("Somebody would like to meet you"), reverse("finder:introduction", args=[row.subject])


def _choice(member: Member) -> QuerySet[Any]:
    return rows_of(queries.to_choose(member), "introduction_choice", since="accepted_at", pair="pk")


def _choice_entry(row: Row) -> tuple[str, str]:
    return _("You can meet. Then say whether you want to be a pair"), reverse("finder:introduction", args=[row.subject])


KINDS = (Kind("introduction", _asked, _asked_entry), Kind("introduction_choice", _choice, _choice_entry))
"""Introductions that wait for an answer, and those in which the two can meet."""
