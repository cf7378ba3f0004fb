"""Who takes the organisation's data along: its rollout leads, as far as they may see it."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding

TAKE_DATA = "exports.take"

grant(TAKE_DATA, to=holding(Role.ROLLOUT_LEAD))
