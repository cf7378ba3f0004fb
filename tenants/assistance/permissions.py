"""Who may ask for help and give it. Whom a person named, and who is never a helper, is answered by the database."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

ASK_FOR_HELP = "assistance.ask_for_help"
HELP = "assistance.help"

grant(ASK_FOR_HELP, to=in_own_name)
grant(HELP, to=in_own_name)
