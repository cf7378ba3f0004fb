"""Where a pair stands, for its own two partners: on their home page, and with what the next step needs on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.journey.policy import NAMES, Evidence, Journey, State, journey_of
from governance.journey.rendering import sentence, strip
from rollout.kernel import clock
from rollout.kernel.dates import day_of
from tenants.pairs import evidence
from tenants.pairs.home import Line, Said, Step
from tenants.pairs.page import Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

OWN_NAMES: dict[State, _StrPromise] = {
    **NAMES,
    State.FORMING: gettext_lazy("You are finding each other"),
    State.UNDER_RADAR: gettext_lazy("You work on a shared task"),
    State.EVIDENCING: gettext_lazy("You wrote down a result"),
}
DATED = {
    "shared_task": "task_signed_on",
    "result_claimed": "result_claimed_on",
    "result_confirmed": "result_confirmed_on",
    "shown_to_sponsor": "shown_to_sponsor_on",
    "shown_in_organisation": "shown_in_organisation_on",
}
"""Kinds of evidence that reach a step by themselves, and the day of the journey that they are."""
MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the next step rests on, whether it is there, and where the two go for it."""

    words: str | _StrPromise
    is_met: bool
    url: str


def journey_from(pair: Pair, found: Mapping[str, evidence.Proof]) -> Journey:
    """The journey of a pair as its own partners can prove it. It describes; nothing is refused for want of it."""
    days = {name: day_of(found[kind].first) for kind, name in DATED.items() if kind in found}
    return journey_of(Evidence(stage=pair.stage, **days), today=clock.today())


def needs_of(journey: Journey, pair: Pair, found: Mapping[str, evidence.Proof]) -> list[Need]:
    """What the next step rests on, the relationship as well as the work."""
    if journey.next is None:
        return []
    return [
        Need(
            wanted.words,
            wanted.kind in found and found[wanted.kind].count >= wanted.at_least,
            reverse(wanted.address, args=[pair.pk]),
        )
        for wanted in evidence.wanted(journey.next)
    ]


def speak(member: Member, pairs: Sequence[Pair]) -> dict[UUID, Said]:
    """Where each pair is and what its next step still needs, in words; the first of it is what comes next."""
    proofs = evidence.proofs(member)
    said = {}
    for pair in pairs:
        found = proofs.get(pair.pk, {})
        journey = journey_from(pair, found)
        lines = [Line(_("Where we are"), OWN_NAMES[journey.state])]
        missing = [need for need in needs_of(journey, pair, found) if not need.is_met]
        if journey.next:
            lines.append(Line(_("Next"), OWN_NAMES[journey.next]))
        if rest := missing[1 : 1 + MOST_NAMED]:
            lines.append(Line(_("It also needs"), " ".join(str(need.words) for need in rest)))
        step = Step(missing[0].words, missing[0].url) if missing and pair.stage != pair.Stage.PAUSED else None
        said[pair.pk] = Said(lines, step)
    return said


@dataclass(frozen=True, slots=True)
class Seen:
    """The journey on a pair's page."""

    picture: SafeString
    sentence: str
    needs: Sequence[Need]


def section(member: Member, pair: Pair) -> Section:
    """The steps of the journey, and what the next one needs with the way there."""
    found = evidence.proofs(member).get(pair.pk, {})
    journey = journey_from(pair, found)
    seen = Seen(
        strip(journey, title=_("Your journey"), names=OWN_NAMES),
        sentence(journey, names=OWN_NAMES),
        needs_of(journey, pair, found),
    )
    return Section("journey", gettext_lazy("Where you are"), "journey/_own_section.html", {"seen": seen})
