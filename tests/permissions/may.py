"""Who may do what: the whole table, written out by hand and compared with the code."""

from __future__ import annotations

from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Role
from tests import rooms

EVERYBODY = frozenset({PARTNER})
"""Every member in their own name. Whose pair it is, the database decides."""

LEAD = frozenset({Role.ROLLOUT_LEAD})
MAKERS = frozenset({Role.BOARD_SECRETARY, Role.ROLLOUT_LEAD})
READERS = frozenset({Role.SPONSOR, Role.BOARD_MEMBER, Role.BOARD_SECRETARY, Role.ROLLOUT_LEAD})
ANY_HAT = frozenset({PARTNER, *(role for role in Role if role != Role.PARTNER)})

MAY: dict[str, frozenset[str]] = {
    "api.read_events": LEAD,
    "api.read_me": ANY_HAT,
    "boardpacks.find": EVERYBODY,
    "boardpacks.make": MAKERS,
    "boardpacks.read": READERS,
    "boardpacks.use_board_home": frozenset({Role.BOARD_MEMBER}),
    "boardpacks.use_secretary_home": frozenset({Role.BOARD_SECRETARY}),
    "boards.change": MAKERS,
    "boards.manage": MAKERS,
    "disclosure.read_shown": READERS,
    "exports.take": LEAD,
    "indicators.read_report": READERS,
    "indicators.use_sponsor_home": frozenset({Role.SPONSOR}),
    "members.ask_second_factor": LEAD,
    "members.end_membership": LEAD,
    "members.end_office": LEAD,
    "members.grant_office": LEAD,
    "members.invite_partner": EVERYBODY,
    "members.invite_people": LEAD,
    "members.read_notices": ANY_HAT,
    "members.read_people": LEAD,
    "members.use_facilitator_home": frozenset({Role.FACILITATOR}),
    "members.use_finance_home": frozenset({Role.FINANCE}),
    "members.use_home": EVERYBODY,
    "members.take_up_typed": EVERYBODY,
    "members.use_provider_home": frozenset({Role.PROVIDER_LEAD}),
    "pairs.change": EVERYBODY,
    "pairs.found": EVERYBODY,
    "pairs.leave": EVERYBODY,
    "pairs.return": EVERYBODY,
    "pairs.read": EVERYBODY,
    "projects.ask_witness": EVERYBODY,
    "projects.read_work": EVERYBODY,
    "projects.sign_decision": EVERYBODY,
    "projects.sign_result": EVERYBODY,
    "projects.sign_task": EVERYBODY,
    "projects.write_decision": EVERYBODY,
    "projects.write_result": EVERYBODY,
    "projects.write_task": EVERYBODY,
    "roster.answer_proposal": EVERYBODY,
    "roster.read": LEAD,
    "roster.send": LEAD,
    "roster.upload": LEAD,
    "roster.use_rollout": LEAD,
    "surfacing.show_pair": EVERYBODY,
    "webhooks.use": EVERYBODY | LEAD,
    **rooms.merged("MAY"),
}


def may(permission: str, hat: str, held: frozenset[str]) -> bool:
    """Whether somebody who holds these offices may do this in this hat, as the table says."""
    return hat in MAY[permission] and (hat == PARTNER or hat in held)
