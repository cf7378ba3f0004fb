"""Who may read what pairs have chosen to show. What that is, the database says."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding

READ_SHOWN = "disclosure.read_shown"

READERS = (Role.SPONSOR, Role.ROLLOUT_LEAD, Role.BOARD_MEMBER, Role.BOARD_SECRETARY)

grant(READ_SHOWN, to=holding(*READERS))
