"""What a rollout lead may do with rosters, and a partner with a proposal."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_own_name

USE_ROLLOUT = "roster.use_rollout"
READ_ROSTER = "roster.read"
UPLOAD_ROSTER = "roster.upload"
SEND_ROSTER = "roster.send"
ANSWER_PROPOSAL = "roster.answer_proposal"

grant(USE_ROLLOUT, to=holding(Role.ROLLOUT_LEAD))
grant(READ_ROSTER, to=holding(Role.ROLLOUT_LEAD))
grant(UPLOAD_ROSTER, to=holding(Role.ROLLOUT_LEAD))
grant(SEND_ROSTER, to=holding(Role.ROLLOUT_LEAD))
grant(ANSWER_PROPOSAL, to=in_own_name)
