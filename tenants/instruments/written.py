"""How evenly the two write: how much each has put where both read it. It counts, it never reads what is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, IntegerField, Sum, UUIDField
from django.db.models.functions import Cast, Length

from rollout.kernel import clock
from tenants.conversations.models import Message
from tenants.projects.models import Decision, DecisionOption, ResultClaim
from tenants.workplan.models import Milestone, PlanTask

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.pairs.models import Pair

LATELY = timedelta(days=90)


class Written(NamedTuple):
    """What one partner has written lately: how many things, and how many characters in them."""

    items: int = 0
    characters: int = 0


def written_in(pair: Pair) -> dict[UUID, Written]:
    """What each of the two who sit in a pair wrote lately, for the eyes of both, in one question."""
    since, wanted = clock.now() - LATELY, [seat.pk for seat in pair.seats.all() if seat.left_at is None]
    parts = [_sizes(rows.filter(pair=pair, **{f"{seat}__in": wanted, f"{on}__gte": since}), seat, text)
             for rows, seat, text, on in _kinds()]  # fmt: skip
    found = dict.fromkeys(wanted, Written())
    for seat, items, characters in parts[0].union(*parts[1:], all=True):
        found[seat] = Written(found[seat].items + items, found[seat].characters + characters)
    return found


def _kinds() -> list[tuple[QuerySet[Any], str, str, str]]:
    """Rows that both read, with the names of who wrote, the text, and when."""
    return [
        (Message.objects.filter(taken_back_at__isnull=True), "seat_id", "text", "sent_at"),
        (Decision.objects.filter(proposed_at__isnull=False), "proposed_by_id", "text", "drafted_at"),
        (DecisionOption.objects.filter(withdrawn_at__isnull=True), "seat_id", "text", "added_at"),
        (ResultClaim.objects.filter(claimed_at__isnull=False), "written_by_id", "evidence", "written_at"),
        (PlanTask.objects.all(), "added_by_id", "text", "added_at"),
        (Milestone.objects.all(), "added_by_id", "text", "added_at"),
    ]


def _sizes(rows: QuerySet[Any], seat: str, text: str) -> QuerySet[Any]:
    sums = rows.order_by().values(seat).annotate(items=Count("pk"), characters=Sum(Length(text)))
    numbers = [Cast(F(name), IntegerField()) for name in ("items", "characters")]
    told: QuerySet[Any] = sums.values_list(Cast(F(seat), UUIDField()), *numbers)
    return told
