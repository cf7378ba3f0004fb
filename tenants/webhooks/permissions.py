"""Who may have what happens here sent elsewhere: partners in their own name, rollout leads for the organisation."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_own_name

USE_WEBHOOKS = "webhooks.use"

grant(USE_WEBHOOKS, to=in_own_name | holding(Role.ROLLOUT_LEAD))
