"""What waits for a partner because of how the two work together."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.kernel import clock
from tenants.pairs.home import Kind, Row, rows_of
from tenants.relationship import policy, queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _to_restate(member: Member) -> QuerySet[Any]:
    return rows_of(queries.to_restate(member), "restate", since="shown_at")


def _restate(row: Row) -> tuple[str, str]:
    address = reverse("relationship:difference-restate", args=[row.pair_id, row.subject])
    return _("Say in your own words what your partner wrote"), address


def _to_answer(member: Member) -> QuerySet[Any]:
    return rows_of(queries.to_answer(member), "restated", since="said_at", subject="item_id")


def _answer(row: Row) -> tuple[str, str]:
    address = reverse("relationship:difference", args=[row.pair_id, row.subject])
    return _("Read how your partner understood you"), address


def _asked_back(member: Member) -> QuerySet[Any]:
    return rows_of(queries.asked_back(member), "look_back", since="asked_at", title="day")


def _look_back(row: Row) -> tuple[str, str]:
    address = f"{reverse('relationship:snapback-new', args=[row.pair_id])}?day={row.title}"
    return _("Your partner would like to look back at a day"), address


def _due(member: Member) -> QuerySet[Any]:
    return rows_of(queries.tests_due(member), "assumption", since="written_at", title="text")


def _assumption(row: Row) -> tuple[str, str]:
    address = reverse("relationship:assumption", args=[row.pair_id, row.subject])
    return _("Has this held? %(text)s") % {"text": row.title[:80]}, address


def _pulled(member: Member) -> QuerySet[Any]:
    over = policy.finished_fortnights(clock.today())[1] + policy.FORTNIGHT
    since = timezone.make_aware(datetime.combine(over, time()))
    found = queries.pulled(member).annotate(since=Value(since, output_field=DateTimeField()))
    return rows_of(found, "pause", since="since", pair="pk")


def _pause(row: Row) -> tuple[str, str]:
    return _("Twenty minutes for the two of you?"), reverse("relationship:balance", args=[row.pair_id])


KINDS = (
    Kind("restate", _to_restate, _restate),
    Kind("restated", _to_answer, _answer),
    Kind("look_back", _asked_back, _look_back),
    Kind("assumption", _due, _assumption),
    Kind("pause", _pulled, _pause),
)
