"""How reflections and learning read on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.dates import date_format
from tenants.pairs.rendering import Tag
from tenants.projects.rendering import Keys
from tenants.reflections.models import LearningShare, PairReflection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenants.pairs.models import Seat
    from tenants.pairs.queries import Sides
    from tenants.reflections.models import Learning
    from tenants.reflections.queries import Own

BEGINNING = 120
_COLOURS = {
    PairReflection.State.PLANNED: "blue",
    PairReflection.State.WRITTEN: "green",
    PairReflection.State.TALKED: "green",
    PairReflection.State.MISSED: "grey",
    PairReflection.State.ENDED: "grey",
}
_SHARE_COLOURS = {
    LearningShare.State.PROPOSED: "blue",
    LearningShare.State.AGREED: "green",
    LearningShare.State.WITHDRAWN: "grey",
}


def beginning_of(text: str | None) -> str:
    """The first words of a reflection, for a list."""
    if text is None:
        return _("This reflection cannot be opened any more.")
    words = " ".join(text[: 4 * BEGINNING].split())
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING]}…"


def own_line(own: Own) -> dict[str, Any]:
    """One's own reflection in a list."""
    return {
        "title": date_format(own.written_at, "DATE_FORMAT"),
        "url": reverse("reflections:own", args=[own.id]),
        "detail": beginning_of(own.text),
    }


def as_text(reflections: Iterable[Own]) -> str:
    """All of one's own reflections as one text."""
    parts = [
        f"{date_format(own.written_at, 'DATETIME_FORMAT')}\n\n{own.text or beginning_of(None)}\n" for own in reflections
    ]
    return "\n\n".join([_("My reflections") + "\n", *parts])


def slot_tag(slot: PairReflection) -> Tag:
    """How a time to reflect stands."""
    return Tag(str(slot.get_state_display()), _COLOURS[PairReflection.State(slot.state)])


def slot_line(slot: PairReflection) -> dict[str, Any]:
    """A time to reflect in a list of the pair."""
    tag = slot_tag(slot)
    return {
        "title": date_format(slot.planned_on, "DATE_FORMAT"),
        "url": reverse("reflections:slot", args=[slot.pair_id, slot.pk]),
        "detail": beginning_of(slot.text) if slot.text else "",
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


def keys_of(row: PairReflection | LearningShare, sides: Sides) -> Keys:
    """Who has signed the present words, with a line for each side."""
    signed = {key.seat_id: key.signed_at for key in row.keys.all() if key.content_hash == row.content_hash}
    lines = []
    for seat, is_you in ((sides.mine, True), (sides.partner, False)):
        if seat is not None:
            lines.append(_line(seat, signed.get(seat.pk), is_you=is_you))
    mine = signed.get(sides.mine.pk) if sides.mine else None
    partners = signed.get(sides.partner.pk) if sides.partner else None
    return Keys(tuple(lines), mine is not None, partners is not None)


def _line(seat: Seat, signed_at: Any, *, is_you: bool) -> dict[str, Any]:
    return {"name": seat.member.name, "side": seat.get_side_display(), "signed_at": signed_at, "is_you": is_you}


def parts_of(slot: PairReflection, sides: Sides) -> list[dict[str, Any]]:
    """Each one's part, one's own first."""
    names = {
        seat.pk: (seat.member.name, seat == sides.mine) for seat in (sides.mine, sides.partner, *sides.former) if seat
    }
    found = [
        {"name": names[part.seat_id][0], "is_you": names[part.seat_id][1], "text": part.text}
        for part in slot.parts.all()
        if part.seat_id in names
    ]
    return sorted(found, key=lambda part: not part["is_you"])


def chart_rows(learnings: Iterable[Learning]) -> list[list[Any]]:
    """The rows of the learning chart: what, how we know, with whom it was shared, what changed."""
    return [
        [
            {"text": learning.text, "url": reverse("reflections:learning-edit", args=[learning.pair_id, learning.pk])},
            learning.evidence,
            shared_with(learning),
            learning.changed or _("Nothing yet"),
        ]
        for learning in learnings
    ]


def shared_with(learning: Learning) -> str:
    """Those with whom both agreed to share it."""
    told = [share.audience for share in learning.shares.all() if share.state == LearningShare.State.AGREED]
    return "; ".join(told) if told else _("Nobody outside")


def share_tag(share: LearningShare) -> Tag:
    """How a sentence for others stands."""
    return Tag(str(share.get_state_display()), _SHARE_COLOURS[LearningShare.State(share.state)])
