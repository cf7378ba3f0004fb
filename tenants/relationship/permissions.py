"""What partners may do with how they work together. Whose words are whose is answered by the database."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ = "relationship.read"
WRITE = "relationship.write"

grant(READ, to=in_own_name)
grant(WRITE, to=in_own_name)
