"""From a host name to the organisation it belongs to, and whether that organisation may be served."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext_lazy as _

from rollout.organisations import provisioning
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.models import Domain, Organisation, PreparedScript, SchemaState

if TYPE_CHECKING:
    from django.http import HttpRequest

FRESH_SECONDS = 30
MOST_UNKNOWN = 1000


@dataclass(frozen=True, slots=True)
class Served:
    """What answers at a host. `refusal` is the one sentence that a visitor reads instead."""

    organisation: Organisation | None
    refusal: str = ""


UNKNOWN = Served(None)
_known: dict[str, tuple[float, Served]] = {}


def forget() -> None:
    """Look everything up again, for example after an organisation changed."""
    _known.clear()


def plain(host: str) -> str:
    """A host header without port, trailing dot and capitals."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return name.rstrip(".").lower()


def is_sign_in_host(host: str) -> bool:
    """Whether this is the one host where people sign in."""
    return plain(host) == settings.BASE_HOST


def address_of(request: HttpRequest, name: str, path: str = "/") -> str:
    """The address of a path on another of our hosts, with the scheme and port of this one."""
    host = request.get_host()
    port = host.rsplit(":", 1)[1] if ":" in host else ""
    return f"{request.scheme}://{name}{':' + port if port else ''}{path}"


def served_at(host: str) -> Served:
    """Which organisation answers at this host. Asked of the database at most twice a minute."""
    name = plain(host)
    seen = _known.get(name)
    if seen and seen[0] > time.monotonic():
        return seen[1]
    domain = Domain.objects.select_related("tenant").filter(domain=name).first()
    found = UNKNOWN if domain is None else Served(domain.tenant, refusal_of(domain.tenant))
    if found is UNKNOWN and len(_known) > MOST_UNKNOWN:
        _known.clear()
    _known[name] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def asks_all_for_second_factor(organisation: Organisation) -> bool:
    """Whether this organisation asks everybody for a second factor: asked anew, since it counts at the next request."""
    return bool(Organisation.objects.filter(pk=organisation.pk, second_factor_for_all=True).exists())


def refusal_of(organisation: Organisation) -> str:
    """Why an organisation is not served now; empty when it is."""
    if organisation.status != Organisation.Status.ACTIVE:
        return str(_("This organisation's service is switched off. Please ask the people who run it."))
    digest = SchemaState.objects.filter(schema_name=organisation.schema_name).values_list("digest", flat=True).first()
    script = PreparedScript.objects.filter(digest=expected_digest()).values_list("fingerprint", flat=True).first()
    if digest != expected_digest() or script is None:
        return str(_("This organisation is being updated. Please try again in a few minutes."))
    with connections["platform"].cursor() as cursor:
        if provisioning.protection_of(cursor, organisation.schema_name) != script:
            return str(_("This organisation's data is not fully protected, so we do not show it. We have been told."))
    return ""


def expected_digest() -> str:
    """The state of the migrations in the code that is running."""
    return digest_of_migrations()
