"""Rounds that wait, and how the two are, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tenants.instruments import queries, rendering
from tenants.instruments.shipping import shipped
from tenants.pairs.home import Kind, Line, Row, Said, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member
    from tenants.pairs.models import Pair


def _rounds(member: Member) -> QuerySet[Any]:
    found = queries.waiting_rounds(member)
    return rows_of(found, "round", since="opened_at", title="code", for_partner=F("answered"))


def _round(row: Row) -> tuple[str, str]:
    known = {definition.code: definition for definition in shipped().values()}.get(row.title)
    title = known.in_language(get_language()).title if known else _("Questions for the two of you")
    if row.for_partner:
        return title, reverse("instruments:round", args=[row.pair_id, row.subject])
    return _("Answer: %(title)s") % {"title": title}, reverse("instruments:answer", args=[row.pair_id, row.subject])


def _stalled(member: Member) -> QuerySet[Any]:
    return rows_of(queries.stalled_rounds(member), "stalled_rounds", since="closes_at")


def _help(row: Row) -> tuple[str, str]:
    return _("See what could help with your check-ins"), reverse("instruments:rounds", args=[row.pair_id])


def _due(member: Member) -> QuerySet[Any]:
    return rows_of(queries.check_ins_due(member), "check_in_due", since="due_at", title="code")


def _open(row: Row) -> tuple[str, str]:
    address = reverse("instruments:open", args=[row.pair_id])
    return _("A month has passed: time for a check-in"), f"{address}?ask={row.title}"


KINDS = (
    Kind("round", _rounds, _round),
    Kind("stalled_rounds", _stalled, _help),
    Kind("check_in_due", _due, _open),
)
"""Open rounds: for the member who has not answered, and (without blame) for the partner once the member has.
After two rounds that nobody opened each of the two is asked, on their own, what would help; a month after the last
check-in, whether to open another one.
"""


def how_we_are(member: Member, pairs: Sequence[Pair]) -> Mapping[UUID, Said]:
    """The last check-in of each pair in a sentence."""
    told = queries.how_we_are(member, [pair.pk for pair in pairs])
    return {pair: Said([Line(_("How you are"), rendering.how_we_are(found))]) for pair, found in told.items()}
