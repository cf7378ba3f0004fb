"""What people may do to find a partner. Whom they see is answered by the database."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_own_name

LOOK = "finder.look"
MEET = "finder.meet"
OPEN_REGISTRATION = "finder.open_registration"

grant(LOOK, to=in_own_name)
grant(MEET, to=in_own_name)
grant(OPEN_REGISTRATION, to=holding(Role.ROLLOUT_LEAD))
