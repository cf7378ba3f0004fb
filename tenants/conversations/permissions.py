"""What partners may do here. Whose talk it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ_TALK = "conversations.read_talk"
WRITE_TALK = "conversations.write_talk"
CHOOSE_NEWS = "conversations.choose_news"

for name in (READ_TALK, WRITE_TALK, CHOOSE_NEWS):
    grant(name, to=in_own_name)
