"""What of working together waits for a key, for a look again, or for a partner, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.agreement import queries
from tenants.agreement.models import CommunicationNeed, SharedLine
from tenants.pairs.home import Kind, Row, rows_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _lines(member: Member) -> QuerySet[Any]:
    found = queries.lines_to_sign(member)
    return rows_of(found, "shared_line", since="edited_at", title="topic", for_partner=F("mine"))


def _line(row: Row) -> tuple[str, str]:
    words = _("What you share: %(topic)s") if row.for_partner else _("Read and sign what you share: %(topic)s")
    topic = str(SharedLine.Topic(row.title).label)
    return words % {"topic": topic}, reverse("agreement:five", args=[row.pair_id])


def _versions(member: Member) -> QuerySet[Any]:
    found = queries.versions_to_sign(member)
    return rows_of(found, "principle", since="edited_at", title="title", subject="principle_id", for_partner=F("mine"))


def _version(row: Row) -> tuple[str, str]:
    words = _("Principle: %(title)s") if row.for_partner else _("Read and sign the principle: %(title)s")
    return words % {"title": row.title}, reverse("agreement:principle", args=[row.pair_id, row.subject])


def _reviews(member: Member) -> QuerySet[Any]:
    found = queries.versions_to_review(member)
    return rows_of(
        found, "principle_review", since="waits_since", title="title", subject="principle_id", for_partner=F("mine")
    )


def _review(row: Row) -> tuple[str, str]:
    words = _("Look again at: %(title)s") if row.for_partner else _("Look again at the principle: %(title)s")
    return words % {"title": row.title}, reverse("agreement:principle", args=[row.pair_id, row.subject])


def _times(member: Member) -> QuerySet[Any]:
    return rows_of(queries.time_to_sign(member), "time_agreement", since="edited_at", for_partner=F("mine"))


def _time(row: Row) -> tuple[str, str]:
    words = _("The time agreement") if row.for_partner else _("Read and sign the time agreement")
    return words, reverse("agreement:time", args=[row.pair_id])


def _needs(member: Member) -> QuerySet[Any]:
    found = queries.needs_to_look_at(member)
    return rows_of(found, "need", since="look_again_on", title="kind", pair="pair")


def _need(row: Row) -> tuple[str, str]:
    label = CommunicationNeed.Kind(row.title).label
    words = _("Is this still right? %(need)s") % {"need": label}
    return words, reverse("agreement:need-look", args=[row.pair_id, row.subject])


KINDS = (
    Kind("shared_line", _lines, _line),
    Kind("principle", _versions, _version),
    Kind("principle_review", _reviews, _review),
    Kind("time_agreement", _times, _time),
    Kind("need", _needs, _need),
)
"""Texts that wait for a key, principles that wait for a look by both, and one's own needs that are a year old."""
