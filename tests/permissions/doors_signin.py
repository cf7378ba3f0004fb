"""The doors of what was lost, and of an organisation's own rules for signing in."""

from __future__ import annotations

from tests.permissions.doors import Door
from tests.permissions.doors_identity import ALL_SIGNED_IN, OPERATORS_ALONE, SIGN_IN_FIRST

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

RULES: dict[str, Door] = {
    "/people/second-step/": Door(
        ("rollout_lead",),
        typed={"asked": "all"},
        records=("organisation.second_factor_asked", "organisation.second_factor_for_all"),
    ),
}
