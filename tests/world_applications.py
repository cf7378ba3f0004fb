"""A pair that applies, built through the same actions that its pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.organisations import actions as organisations
from tenants.applications import actions, queries
from tenants.applications.models import Application, JointText, Kind, OwnText
from tests.world import inside

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation, System
    from tenants.members.models import Member
    from tests.world_projects import Workshop
from tests.world_workplan import framed


def put_down(shop: Workshop, kind: str, *people: Member, text: str = "alone") -> list[OwnText]:
    """Each of these people puts down what they wrote alone."""
    made = []
    for who in people:
        with inside(shop.organisation, who):
            made.append(
                actions.write_own(pair=shop.pair, kind=kind, text=f"{who.name} {text}", is_put_down=True, by=who)
            )
    return made


def together(shop: Workshop, kind: str, text: str = "together") -> JointText:
    """Both have put theirs down, and the professional writes what comes of it."""
    put_down(shop, kind, *shop.partners)
    with inside(shop.organisation, shop.professional):
        return actions.write_joint(pair=shop.pair, kind=kind, text=text, by=shop.professional)


def ready(shop: Workshop) -> Application:
    """An application in which all is there and nobody has signed."""
    shop.task(signed_by=shop.partners)
    framed(shop, signed_by=shop.partners)
    for kind in Kind:
        together(shop, kind)
    with inside(shop.organisation, shop.professional):
        return actions.choose_host(pair=shop.pair, host=Application.Host.ORGANISATION, by=shop.professional)


def shown(shop: Workshop, application: Application) -> str:
    """The hash of what is signed now."""
    with inside(shop.organisation, shop.professional):
        return queries.content_of(Application.objects.get(pk=application.pk)).hash


def signed(shop: Workshop, application: Application, *people: Member) -> Application:
    """These sign what stands there now."""
    for who in people:
        wanted = shown(shop, application)
        with inside(shop.organisation, who):
            application = actions.sign(application=application, shown=wanted, by=who)
    return application


def system_of(organisation: Organisation, name: str = "Northmoor Care System") -> System:
    """A system to which an organisation belongs."""
    system = organisations.add_system(name=name, kind="care_system")
    organisations.join_system(system=system, organisation=organisation)
    return system
