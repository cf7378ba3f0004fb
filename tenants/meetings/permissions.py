"""What partners may do with their meetings. Whose meeting it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_MEETINGS = "meetings.read"
PLAN_MEETINGS = "meetings.plan"
USE_CALENDAR = "meetings.use_calendar"

for name in (READ_MEETINGS, PLAN_MEETINGS, USE_CALENDAR):
    grant(name, to=in_own_name)
