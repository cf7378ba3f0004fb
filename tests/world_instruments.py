"""Rounds of a pair, built through the same actions that its pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenants.instruments import actions
from tenants.instruments.shipping import shipped
from tests.world import inside

if TYPE_CHECKING:
    from tenants.instruments.definition import Definition
    from tenants.instruments.models import Round
    from tenants.members.models import Member
    from tests.world_projects import Workshop


def values_of(definition: Definition, number: int = 5) -> dict[str, int]:
    """The same number for every item."""
    return dict.fromkeys(definition.items, number)


def opened(shop: Workshop, code: str = "check_in", *, by: Member | None = None, **more: Any) -> Round:
    """An open round."""
    opener = by or shop.professional
    with inside(shop.organisation, opener):
        return actions.open_round(pair=shop.pair, code=code, by=opener, **more)


def answered(shop: Workshop, asked: Round, who: Member, number: int = 5, **more: Any) -> Round:
    """One partner's answer."""
    values = values_of(shipped()[asked.code, 1], number)
    with inside(shop.organisation, who):
        return actions.answer(round=asked, values=more.pop("values", values), by=who, **more)


def revealed(shop: Workshop, code: str = "check_in", numbers: tuple[int, int] = (5, 3), **more: Any) -> Round:
    """A round that both have answered: the professional's number first."""
    asked = opened(shop, code, **more)
    for who, number in zip(shop.partners, numbers, strict=True):
        asked = answered(shop, asked, who, number)
    return asked
