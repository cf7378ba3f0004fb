"""Two partners who agree how they work, through the same actions that its pages use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rollout.kernel import clock
from tenants.agreement.actions import hours, lines, needs, principles
from tenants.agreement.content import Hours
from tenants.agreement.models import PrincipleVersion
from tests.world import inside

if TYPE_CHECKING:
    from tenants.agreement.models import CommunicationNeed, HoursGiven, SharedLine, TimeAgreement
    from tenants.members.models import Member
    from tests.world_projects import Workshop


def line(
    shop: Workshop, topic: str = "purpose", text: str = "Letters that people can read.", *, signed_by: Any = ()
) -> SharedLine:
    """One of the five lines, written by the professional."""
    with inside(shop.organisation, shop.professional):
        found = lines.write(pair=shop.pair, topic=topic, text=text, by=shop.professional)
    for partner in signed_by:
        with inside(shop.organisation, partner):
            found = lines.sign(line=found, shown=found.content_hash, by=partner)
    return found


def principle(
    shop: Workshop, title: str = "We decide together", text: str = "Silence is not a yes.", *, signed_by: Any = ()
) -> PrincipleVersion:
    """The first wording of a principle, by the professional."""
    with inside(shop.organisation, shop.professional):
        begun = principles.propose(pair=shop.pair, title=title, text=text, by=shop.professional)
        found = PrincipleVersion.objects.get(principle=begun)
    for partner in signed_by:
        with inside(shop.organisation, partner):
            found = principles.sign(version=found, shown=found.content_hash, by=partner)
    return found


def terms(**changed: Any) -> Hours:
    """What a time agreement says."""
    said = {
        "since": clock.today().replace(day=1), "hours_professional": Decimal(8), "is_protected": True,
        "hours_citizen": Decimal("6.5"), "is_paid": True, **changed,
    }  # fmt: skip
    return Hours(**said)


def time(shop: Workshop, *, signed_by: Any = (), **changed: Any) -> TimeAgreement:
    """A time agreement, written by the professional."""
    with inside(shop.organisation, shop.professional):
        found = hours.write(pair=shop.pair, hours=terms(**changed), by=shop.professional)
    for partner in signed_by:
        with inside(shop.organisation, partner):
            found = hours.sign(agreement=found, shown=found.content_hash, by=partner)
    return found


def given(shop: Workshop, by: Member, hours_given: Any = 5, month: date | None = None) -> HoursGiven:
    """Hours of a month."""
    with inside(shop.organisation, by):
        return hours.note(
            pair=shop.pair, month=month or clock.today(), hours=Decimal(hours_given), is_covered=True, by=by
        )


def need(
    shop: Workshop, by: Member, kind: str = "large_print", *, shared: bool = False, **said: Any
) -> CommunicationNeed:
    """Something that helps a partner to take part."""
    with inside(shop.organisation, by):
        found = needs.note(kind=kind, **said, by=by)
        if shared:
            needs.share(need=found, pair=shop.pair, by=by)
    return found
