"""What every page needs to know about where it is and who looks."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.identity.addresses import waiting_change
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER, current_place
from rollout.organisations.hosts import address_of
from tenants.members.models import Role
from tenants.pairs import onward
from tenants.pairs import page as pairs

EMAIL = "/email/"
# One entry per hat, in the order of the menu: (hat, label, address by name).
HOMES = (
    (PARTNER, _("My pairs"), "pairs:home"),
    (Role.SPONSOR, _("Sponsor"), "indicators:sponsor-home"),
    (Role.BOARD_MEMBER, _("Board"), "boardpacks:board-home"),
    (Role.BOARD_SECRETARY, _("Board secretary"), "boardpacks:secretary-home"),
    (Role.ROLLOUT_LEAD, _("Rollout"), "roster:lead-home"),
    (Role.FINANCE, _("Finance"), "members:finance-home"),
    (Role.FACILITATOR, _("Facilitator"), "members:facilitator-home"),
    (Role.PROVIDER_LEAD, _("Programmes"), "members:provider-home"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Organisation, person, how pages are set for them, menu, languages and the two ways to help."""
    member = getattr(request, "member", None)
    return {
        "organisation": getattr(request, "organisation", None),
        "person_name": _name(request, member),
        "display": getattr(member, "display", ""),
        "in_short": _in_short(request, member),
        "half_hours": _half_hours(member),
        "address_change": _address_change(request),
        "navigation": _navigation(member),
        "onward_url": _onward(request),
        "demo": settings.DEMO,
        "language_choices": settings.LANGUAGES,
        "help_url": reverse("help"),
        "worried_url": reverse("worried"),
        "sign_out_url": reverse("sign-out"),
    }


def _name(request: HttpRequest, member: Any) -> str:
    # On the sign-in host, and where somebody is no member, an account has no name but its address.
    user = getattr(request, "user", None)
    return member.name if member else str(user) if user is not None and user.is_authenticated else ""


def _in_short(request: HttpRequest, member: Any) -> Any:
    # For whoever asked for easy read: what the page is for.
    match = request.resolver_match
    asks = "easy-read" in getattr(member, "display", "")
    return pairs.in_short(match.view_name) if asks and match is not None else ""


def _onward(request: HttpRequest) -> str:
    place = current_place()
    goes_on = onward.ONWARD_COOKIE in request.COOKIES and place is not None and place.capacity == PARTNER
    return reverse("pairs:next") if goes_on else ""


def _half_hours(member: Any) -> list[dict[str, Any]]:
    found = []
    for told in getattr(member, "half_hours", ()):
        until = datetime.fromisoformat(told["until"])
        minutes = max(1, ceil((until - clock.now()).total_seconds() / 60))
        end = reverse("assistance:session-end", args=[told["id"]])
        found.append({**told, "until": until, "minutes": minutes, "end_url": end})
    return found


def _address_change(request: HttpRequest) -> dict[str, Any] | None:
    # Who has an address was told there. Who has none reads of it wherever they are.
    user = getattr(request, "user", None)
    waiting = waiting_change(user) if isinstance(user, Account) and user.email is None else None
    if waiting is None:
        return None
    return {"address": waiting.address, "due_at": waiting.due_at, "url": address_of(request, settings.BASE_HOST, EMAIL)}


def _navigation(member: Any) -> list[dict[str, Any]]:
    # The same entries whether or not somebody sits in a pair: an office's page may be seen by others.
    place = current_place()
    if member is None or place is None:
        return []
    return [
        {"label": label, "url": reverse(name), "current": place.capacity == hat}
        for hat, label, name in HOMES
        if hat == PARTNER or hat in member.held_roles
    ]
