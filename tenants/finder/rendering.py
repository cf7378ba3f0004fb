"""Offers and introductions in words, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from rollout.kernel.dates import date_format
from tenants.finder import policy
from tenants.finder.models import Introduction, Time
from tenants.members.models import PartnerKind
from tenants.pairs.rendering import Tag
from tenants.workplan.models import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from tenants.finder.queries import Offer, Other
    from tenants.members.models import Site

State = Introduction.State
_COLOURS = {
    State.ASKED: "yellow",
    State.NOT_YET: "blue",
    State.ACCEPTED: "green",
    State.WITHDRAWN: "grey",
    State.ENDED: "grey",
    State.FOUNDED: "green",
}


@dataclass(frozen=True, slots=True)
class OfferWords:
    """What somebody says, in words."""

    id: UUID
    kind: str
    brings: str
    looks_for: str
    themes: str
    where: str
    when: str


def offer_words(offer: Offer, sites: Mapping[UUID, str]) -> OfferWords:
    """An offer as others read it."""
    site = sites.get(offer.site, "") if offer.site else ""
    return OfferWords(
        id=offer.id,
        kind=str(PartnerKind(offer.kind).label),
        brings=offer.brings,
        looks_for=offer.looks_for,
        themes=_joined(str(Theme(theme).label) for theme in offer.themes),
        where=_joined((site, offer.place)),
        when=_joined((*(str(Time(time).label) for time in offer.times), offer.time_words)),
    )


def site_names(sites: Iterable[Site]) -> dict[UUID, str]:
    """The names of places by their ids."""
    return {site.pk: site.name for site in sites}


def has_lapsed(introduction: Introduction) -> bool:
    """Whether nobody answered in time."""
    return policy.lapsed(introduction.state, introduction.lapses_at, clock.now())


def state_tag(introduction: Introduction) -> Tag:
    """How an introduction stands, for both: what was declined reads as what was not answered."""
    if has_lapsed(introduction):
        return Tag(_("No answer in time"), "grey")
    return Tag(str(introduction.get_state_display()), _COLOURS[State(introduction.state)])


def other_words(introduction: Introduction, other: Other) -> str:
    """Who the other is: the name once both may meet, before that what they are."""
    kind = introduction.asked_kind if other.is_mine else introduction.asker_kind
    return other.name or str(PartnerKind(kind).label)


def introduction_line(introduction: Introduction, other: Other) -> dict[str, str]:
    """An introduction in a list."""
    tag = state_tag(introduction)
    day = date_format(introduction.asked_at, "DATE_FORMAT")
    asked = _("You asked on %(date)s") if other.is_mine else _("You were asked on %(date)s")
    return {
        "title": other_words(introduction, other),
        "url": reverse("finder:introduction", args=[introduction.pk]),
        "detail": asked % {"date": day},
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


def acts_now(introduction: Introduction, other: Other) -> set[str]:
    """What the member who looks can do now."""
    lapsed = has_lapsed(introduction)
    not_mine = policy.OF_ASKED if other.is_mine else policy.OF_ASKER
    return {
        act.value for act in policy.Act if policy.may(introduction.state, act, lapsed=lapsed) and act not in not_mine
    }


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
