"""How two people work together, built through the same actions that the pages use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rollout.kernel import clock
from tenants.relationship.actions import differences, snapbacks, trying
from tests.world import inside

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.relationship.models import Assumption, DifferenceItem, Experiment, HardConversation, SnapBack
    from tests.world_projects import Workshop


def snapped(shop: Workshop, who: Member, days_ago: float = 3, **changed: Any) -> SnapBack:
    """Somebody writes down that they snapped back."""
    said: dict[str, Any] = {
        "moment": clock.now() - timedelta(days=days_ago),
        "trigger": "deadline",
        "own_default": "silence",
        "intensity": 3,
        "words": "I said nothing more.",
        **changed,
    }
    with inside(shop.organisation, who):
        return snapbacks.log(pair=shop.pair, **said, by=who)


def line(shop: Workshop, who: Member, text: str = "I fear to be laughed at.", **changed: Any) -> DifferenceItem:
    """Somebody writes a line for themselves."""
    said: dict[str, Any] = {"kind": "differ", "text": text, **changed}
    with inside(shop.organisation, who):
        return differences.write(pair=shop.pair, **said, by=who)


def shown(shop: Workshop, who: Member, **changed: Any) -> DifferenceItem:
    """A line that the partner reads."""
    item = line(shop, who, **changed)
    with inside(shop.organisation, who):
        return differences.show(item=item, by=who)


def restated(shop: Workshop, who: Member, **changed: Any) -> DifferenceItem:
    """A line that the partner has said again."""
    item = shown(shop, who, **changed)
    other = next(partner for partner in shop.partners if partner.pk != who.pk)
    with inside(shop.organisation, other):
        differences.restate(item=item, text="You are afraid that we laugh.", by=other)
    return item


def assumed(shop: Workshop, who: Member, days_ahead: int = 20) -> Assumption:
    """Something that both take for granted."""
    with inside(shop.organisation, who):
        return trying.assume(
            pair=shop.pair, text="People read our letters.", test="We ask twenty of them.",
            due_on=clock.today() + timedelta(days=days_ahead), by=who,
        )  # fmt: skip


def prepared(shop: Workshop, who: Member, title: str = "The money") -> HardConversation:
    """A conversation that somebody prepares for themselves."""
    with inside(shop.organisation, who):
        return trying.prepare(pair=shop.pair, title=title, tags=["fear", "loss"], before="Breathe.", by=who)


def tried(shop: Workshop, who: Member) -> Experiment:
    """A card of something to try."""
    with inside(shop.organisation, who):
        return trying.try_out(pair=shop.pair, attempt="I speak last.", limit="For one meeting.", by=who)
