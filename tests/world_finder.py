"""People who look for a partner, brought together through the same actions that the pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.kernel.database import ask
from tenants.finder import actions
from tenants.finder.models import Introduction, Profile
from tenants.members.models import Member
from tests import world
from tests.world import inside

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tenants.pairs.models import Pair


def looking(organisation: Organisation, who: Member, kind: str = "patient", *, is_on: bool = True, **more: Any) -> UUID:
    """Somebody says what they bring and look for; the id of it."""
    words = {"brings": f"{kind} brings", "looks_for": f"{kind} looks for", **more}
    with inside(organisation, who):
        return actions.write_profile(words=actions.Words(kind=kind, **words), is_on=is_on, by=who).pk


def somebody(organisation: Organisation, name: str, kind: str, **more: Any) -> Member:
    """A member who looks for a partner."""
    who = world.member(organisation, name)
    looking(organisation, who, kind, **more)
    return who


def profile_of(organisation: Organisation, who: Member) -> UUID:
    """What somebody said."""
    with inside(organisation, who):
        return Profile.objects.get(member=who).pk


def asked(organisation: Organisation, asker: Member, asked_one: Member) -> Introduction:
    """One would like to meet the other."""
    wanted = profile_of(organisation, asked_one)
    with inside(organisation, asker):
        return actions.ask_to_meet(profile=wanted, motivation="Motivation", fit="It fits", by=asker)


def met(organisation: Organisation, asker: Member, asked_one: Member) -> Introduction:
    """Two who may meet."""
    introduction = asked(organisation, asker, asked_one)
    with inside(organisation, asked_one):
        actions.accept(introduction=introduction, by=asked_one)
    return introduction


def said_yes(organisation: Organisation, introduction: Introduction, *people: Member) -> Pair | None:
    """These say yes to a pair, one after the other; the pair when both have."""
    pair = None
    for who in people:
        with inside(organisation, who):
            pair = actions.say_yes(introduction=introduction, by=who)
    return pair


def seen_by(organisation: Organisation, who: Member) -> list[UUID]:
    """Whose words somebody reads."""
    with inside(organisation, who):
        return [row[0] for row in ask("offers", None, None, "", "", 0, 100)]
