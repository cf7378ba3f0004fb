"""What people may do when they look back. Whose words are whose is answered by the database and by the keys."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_own_name

WRITE_OWN = "reflections.write_own"
SHARE_PASSAGE = "reflections.share_passage"
READ_SHOWN = "reflections.read_shown"
READ_TOGETHER = "reflections.read_together"
WRITE_TOGETHER = "reflections.write_together"
SIGN_TOGETHER = "reflections.sign_together"
READ_LEARNING = "reflections.read_learning"
WRITE_LEARNING = "reflections.write_learning"
SIGN_SHARE = "reflections.sign_share"

for name in (
    WRITE_OWN, SHARE_PASSAGE, READ_TOGETHER, WRITE_TOGETHER, SIGN_TOGETHER, READ_LEARNING, WRITE_LEARNING, SIGN_SHARE,
):  # fmt: skip
    grant(name, to=in_own_name)
grant(READ_SHOWN, to=holding(Role.FACILITATOR))
