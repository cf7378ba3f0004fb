"""Work in words and pictures, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from rollout.kernel import clock
from rollout.kernel.dates import date_format
from tenants.disclosure.models import RowClass
from tenants.disclosure.queries import Pick, Showing, as_shown
from tenants.pairs.rendering import Tag
from tenants.projects import policy
from tenants.projects.models import Decision, ResultClaim

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from rollout.kernel.charts import Figure
    from tenants.pairs.models import Key, Pair, Seat
    from tenants.pairs.queries import Sides
    from tenants.projects.models import DecisionReason

_DECISION_COLOURS = {
    Decision.State.DRAFT: "grey",
    Decision.State.PROPOSED: "yellow",
    Decision.State.AGREED: "green",
    Decision.State.CONTESTED: "orange",
    Decision.State.PARKED: "blue",
    Decision.State.WITHDRAWN: "grey",
    Decision.State.SUPERSEDED: "grey",
    Decision.State.VOID_ON_DEPARTURE: "grey",
}
_RESULT_COLOURS = {
    ResultClaim.State.DRAFT: "grey",
    ResultClaim.State.CLAIMED: "blue",
    ResultClaim.State.CORROBORATED: "green",
    ResultClaim.State.DISPROVED: "orange",
}


class Signable(Protocol):
    """What two partners sign: its present hash, and the keys under it."""

    content_hash: Any
    keys: Any


@dataclass(frozen=True, slots=True)
class Keys:
    """Who has signed the present text, with a line for each side, and what that leaves for the viewer to do."""

    lines: tuple[dict[str, Any], ...]
    mine: bool
    partners: bool


def keys_of(row: Signable, sides: Sides) -> Keys:
    """The keys of something that came with its keys from a query. Asks the database nothing."""
    found: Iterable[Key] = row.keys.all()
    signed = {key.seat_id: key for key in found if key.content_hash == row.content_hash}
    mine = signed.get(sides.mine.pk) if sides.mine else None
    partners = signed.get(sides.partner.pk) if sides.partner else None
    lines = []
    if sides.mine:
        lines.append(_line(sides.mine, mine, is_you=True))
    if sides.partner:
        lines.append(_line(sides.partner, partners, is_you=False))
    elif sides.free:
        lines.append({"name": _("Your partner"), "side": sides.free.label, "note": _("Nobody sits here yet.")})
    return Keys(tuple(lines), mine is not None, partners is not None)


def _line(seat: Seat, key: Key | None, *, is_you: bool) -> dict[str, Any]:
    return {
        "name": seat.member.name, "side": seat.get_side_display(), "signed_at": key and key.signed_at,
        "is_you": is_you, "note": _("Signed with help") if key and key.is_helped else "",
    }  # fmt: skip


def decision_tag(decision: Decision, sides: Sides | None = None) -> Tag:
    """The state of a decision. Parked while nobody can answer for the other side reads "awaiting"."""
    label = str(decision.get_state_display())
    if decision.state == Decision.State.PARKED and sides is not None:
        keys = keys_of(decision, sides)
        if sides.partner is None or (keys.mine and not keys.partners):
            label = _("Parked, awaiting your partner")
    return Tag(label, _DECISION_COLOURS[Decision.State(decision.state)])


def result_tag(result: ResultClaim) -> Tag:
    """The state of a result."""
    return Tag(str(result.get_state_display()), _RESULT_COLOURS[ResultClaim.State(result.state)])


def decision_line(decision: Decision, sides: Sides) -> dict[str, Any]:
    """A decision in a list of the pair."""
    tag = decision_tag(decision, sides)
    return {
        "title": decision.title,
        "url": reverse("projects:decision", args=[decision.pair_id, decision.pk]),
        "detail": _decision_detail(decision),
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


def _decision_detail(decision: Decision) -> str:
    if decision.agreed_at:
        told = date_format(decision.agreed_at, "DATE_FORMAT")
    elif decision.due_on and decision.state in policy.OPEN:
        told = _("Decide by %(date)s") % {"date": date_format(decision.due_on, "DATE_FORMAT")}
    else:
        told = ""
    return " · ".join(filter(None, [_("Major") if decision.kind == Decision.Kind.MAJOR else "", told]))


def result_line(result: ResultClaim) -> dict[str, Any]:
    """A result in a list of the pair."""
    tag = result_tag(result)
    return {
        "title": result.title,
        "url": reverse("projects:result", args=[result.pair_id, result.pk]),
        "detail": result.get_direction_display(),
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option as it lies on the board."""

    id: UUID
    text: str
    whose: str
    said: tuple[tuple[str, str], ...]
    is_mine: bool


def board_of(decision: Decision, sides: Sides) -> list[OptionLine]:
    """The options that lie on the board of a decision, in the order in which they came."""
    mine = sides.mine.pk if sides.mine else None
    seats = [seat for seat in (sides.mine, sides.partner, *sides.former) if seat]
    names = {seat.pk: seat.member.name for seat in seats}
    return [
        OptionLine(
            option.pk,
            option.text,
            names.get(option.seat_id, ""),
            (
                (_("Speaks for it"), option.pros),
                (_("Speaks against it"), option.cons),
                (_("Must be true"), option.assumes),
            ),
            option.seat_id == mine,
        )
        for option in decision.options.filter(withdrawn_at__isnull=True)
    ]


def amount(value: Decimal, unit: str, on: date) -> str:
    """A value with its unit and its day."""
    return f"{localize(value.normalize())} {unit}, {date_format(on, 'DATE_FORMAT')}"


def reason_lines(reasons: Iterable[DecisionReason], pair: Pair) -> list[dict[str, Any]]:
    """Why a decision is contested, each side in its own words."""
    names = {seat.pk: seat.member.name for seat in pair.seats.all()}
    return [
        {"name": names.get(reason.seat_id, ""), "text": reason.text, "given_at": reason.given_at} for reason in reasons
    ]


def figure_of(result: ResultClaim) -> Figure:
    """The run chart of a result with its table: the very picture that others get when the pair shows it."""
    picks = frozenset({Pick(RowClass.PAIR), Pick(RowClass.RESULT, result.pk)})
    showing = Showing(picks=picks, since=clock.now(), until=None, audiences=frozenset())
    return as_shown({result.pair_id: showing})[0].results[0].figure
