"""Who reads reports."""

from __future__ import annotations

from governance.hats import READERS
from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding

READ_REPORT = "indicators.read_report"
USE_SPONSOR_HOME = "indicators.use_sponsor_home"

grant(READ_REPORT, to=holding(*READERS))
grant(USE_SPONSOR_HOME, to=holding(Role.SPONSOR))
