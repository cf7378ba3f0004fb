"""The doors of what was lost, and of an organisation's own rules for signing in."""

from __future__ import annotations

from tests.permissions import arriving
from tests.permissions.doors import ALL, SIGNED_IN, Door
from tests.permissions.doors_identity import ALL_SIGNED_IN, OPERATORS_ALONE, SIGN_IN_FIRST, code
from tests.permissions.house import Things
from tests.rollout.signon.service import running

LOST: dict[str, Door] = {
    "/factors/keep/": Door(
        ("facilitator", *ALL_SIGNED_IN), gate=SIGN_IN_FIRST, records=("account.factor_reset_stopped",)
    ),
    "/operator/factors/": Door(
        ("operator",),
        gate=OPERATORS_ALONE,
        typed=lambda things: {"address": things["lost_address"]},
        records=("account.factor_reset_asked",),
    ),
}

TRIED = {"accounts_tries": "how often it was tried"}
SLUG = {"slug": "sign_on_slug"}
SERVICE = {
    "name": "Northmoor account", "client_id": "pairs", "client_secret": "a secret: with / signs",
    "domains": "example.org", "is_on": "on",
}  # fmt: skip


def _service(things: Things) -> dict[str, str]:
    return {**SERVICE, "issuer": running().service.issuer}


SIGN_ON: dict[str, Door] = {
    "/sign-in/with/<slug:slug>/": Door(ALL, SLUG, asks={"next": "sign_on_door"}, get=302, leaves=TRIED),
    "/sign-in/with/<slug:slug>/return/": Door(
        ALL,
        SLUG,
        asks={"code": "sign_on_code", "state": "sign_on_state"},
        before=arriving.coming_from_a_service,
        each_time=True,
        get=302,
        leaves=TRIED,
    ),
    "/sign-in/with/<slug:slug>/code/": Door(
        ALL,
        SLUG,
        before=arriving.connecting,
        each_time=True,
        typed=code,
        records=("account.connected", "account.signed_in"),
    ),
    "/connections/": Door(SIGNED_IN, gate=SIGN_IN_FIRST),
    "/connections/<uuid:connection>/end/": Door(
        ("plain",), {"connection": "connection"}, gate=SIGN_IN_FIRST, records=("account.disconnected",)
    ),
    "/operator/<slug:slug>/sign-in/": Door(
        ("operator",), SLUG, gate=OPERATORS_ALONE, typed=_service, records=("organisation.sign_in_service_set",)
    ),
    "/operator/<slug:slug>/sign-in/remove/": Door(
        ("operator",), SLUG, gate=OPERATORS_ALONE, records=("organisation.sign_in_service_removed",)
    ),
}

RULES: dict[str, Door] = {
    "/people/second-step/": Door(
        ("rollout_lead",),
        typed={"asked": "all"},
        records=("organisation.second_factor_asked", "organisation.second_factor_for_all"),
    ),
}
