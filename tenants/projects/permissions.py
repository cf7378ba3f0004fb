"""What partners may do with their work. Whose work it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_WORK = "projects.read_work"
WRITE_TASK = "projects.write_task"
SIGN_TASK = "projects.sign_task"
WRITE_DECISION = "projects.write_decision"
SIGN_DECISION = "projects.sign_decision"
WRITE_RESULT = "projects.write_result"
SIGN_RESULT = "projects.sign_result"
ASK_WITNESS = "projects.ask_witness"

for name in (
    READ_WORK, WRITE_TASK, SIGN_TASK, WRITE_DECISION, SIGN_DECISION, WRITE_RESULT, SIGN_RESULT, ASK_WITNESS,
):  # fmt: skip
    grant(name, to=in_own_name)
