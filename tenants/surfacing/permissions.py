"""Who may show a pair: its partners, in their own name. That the pair is theirs, the database says."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

SHOW_PAIR = "surfacing.show_pair"

grant(SHOW_PAIR, to=in_own_name)
