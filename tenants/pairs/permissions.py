"""What partners may do with their pairs. Which pairs are theirs is answered by the database, not here."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_PAIR = "pairs.read"
FOUND_PAIR = "pairs.found"
CHANGE_PAIR = "pairs.change"
LEAVE_PAIR = "pairs.leave"
RETURN_TO_PAIR = "pairs.return"

grant(READ_PAIR, to=in_own_name)
grant(FOUND_PAIR, to=in_own_name)
grant(CHANGE_PAIR, to=in_own_name)
grant(LEAVE_PAIR, to=in_own_name)
grant(RETURN_TO_PAIR, to=in_own_name)
