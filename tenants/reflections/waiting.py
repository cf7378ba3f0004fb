"""What of looking back waits for whom, for the home page. It says that it is time, and nothing of what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.home import Kind, Row, rows_of
from tenants.reflections import queries
from tenants.relationship.why import Subject

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member


def _slots(member: Member) -> QuerySet[Any]:
    return rows_of(queries.slots_due(member), "reflection_time", since="planned_on", for_partner=F("mine"))


def _slot(row: Row) -> tuple[str, str]:
    return _("Your reflection time"), reverse("reflections:slot", args=[row.pair_id, row.subject])


def _shares(member: Member) -> QuerySet[Any]:
    found = queries.shares_to_sign(member).filter(Q(mine=True) | Q(partners=True))
    return rows_of(found, "learning_share", since="proposed_at", for_partner=F("mine"))


def _share(row: Row) -> tuple[str, str]:
    words = _("What you may share of your learning") if row.for_partner else _("Say whether you share what you learnt")
    return words, reverse("reflections:share", args=[row.pair_id, row.subject])


def _own_due(member: Member) -> QuerySet[Any]:
    return rows_of(queries.own_due(member), "own_reflection", since="waits_since", pair="pair")


def _own(row: Row) -> tuple[str, str]:
    return _("A moment to write for yourself"), reverse("reflections:own-list")


KINDS = (
    Kind("reflection_time", _slots, _slot),
    Kind("learning_share", _shares, _share),
    Kind("own_reflection", _own_due, _own),
)
"""Times to reflect whose day has come, sentences for others that one has signed, and one's own reminder."""


def missed(member: Member, pair: UUID, pk: UUID) -> Subject | None:
    """A time to look back as something that somebody had no time for."""
    found = queries.slots_for(member, pair).filter(pk=pk).exists()
    return Subject(_("Your reflection time"), reverse("reflections:slot", args=[pair, pk])) if found else None
