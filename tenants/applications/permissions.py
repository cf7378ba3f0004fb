"""What partners may do with their application. Whose it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_APPLICATION = "applications.read"
WRITE_APPLICATION = "applications.write"
SIGN_APPLICATION = "applications.sign"

for name in (READ_APPLICATION, WRITE_APPLICATION, SIGN_APPLICATION):
    grant(name, to=in_own_name)
