"""What partners may do with their project. Whose project it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_PLAN = "workplan.read"
WRITE_FRAME = "workplan.write_frame"
SIGN_FRAME = "workplan.sign_frame"
WRITE_PLAN = "workplan.write_plan"
KEEP_FILES = "workplan.keep_files"

for name in (READ_PLAN, WRITE_FRAME, SIGN_FRAME, WRITE_PLAN, KEEP_FILES):
    grant(name, to=in_own_name)
