"""Which sign-in service an organisation has, and who is connected to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from rollout.organisations import hosts
from rollout.organisations.models import Domain, Organisation
from rollout.signon.models import Connection, SignInService

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rollout.accounts.models import Account

DOOR = "/enter/"


@dataclass(frozen=True, slots=True)
class Doorway:
    """The organisation's door that a browser stands at: its host, the browser's mark there, and the way on inside."""

    host: str
    state: str
    way_on: str


def doorway_of(way_on: str) -> Doorway | None:
    """The door that somebody who signs in wants to go through; None when the way on is another one."""
    parts = urlsplit(way_on)
    if parts.path != DOOR:
        return None
    query = parse_qs(parts.query)
    host, state, inside = ((query.get(name) or [""])[0] for name in ("host", "state", "next"))
    return Doorway(hosts.plain(host), state, inside)


def offered(way_on: str) -> SignInService | None:
    """The service that is offered on the sign-in page to who comes from an organisation's door."""
    door = doorway_of(way_on)
    if door is None:
        return None
    found: QuerySet[SignInService] = SignInService.objects.select_related("organisation")
    return found.filter(organisation__domains__domain=door.host, is_on=True).first()


def service_at(slug: str) -> SignInService | None:
    """The service of an organisation by its short name, when it is on and the organisation is at work."""
    found: QuerySet[SignInService] = SignInService.objects.select_related("organisation")
    return found.filter(organisation__slug=slug, organisation__status=Organisation.Status.ACTIVE, is_on=True).first()


def service_of(organisation: Organisation) -> SignInService | None:
    """The service that was written down for an organisation, on or off."""
    return SignInService.objects.filter(organisation=organisation).first()


def leads_to(service: SignInService, host: str) -> bool:
    """Whether this host is one of the service's own organisation, and is served: a service opens no other."""
    served = hosts.served_at(host)
    return served.organisation is not None and served.organisation.pk == service.organisation_id and not served.refusal


def front_host(service: SignInService) -> str:
    """The host at which the service's organisation is reached."""
    domains = Domain.objects.filter(tenant=service.organisation_id).order_by("-is_primary", "pk")
    return str(domains.values_list("domain", flat=True)[0])


def connection_of(service: SignInService, subject: str) -> Connection | None:
    """Whose connection this is, under the service's present name; only of somebody who may sign in."""
    known = Connection.objects.filter(service=service, issuer=service.issuer, subject=subject, account__is_active=True)
    return known.select_related("account").first()


def connections_of(account: Account) -> QuerySet[Connection]:
    """What this person connected."""
    return Connection.objects.filter(account=account).select_related("service__organisation")
