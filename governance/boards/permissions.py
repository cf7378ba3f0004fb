"""Who looks after boards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.hats import MAKERS
from rollout.kernel.permissions import grant, predicate
from rollout.kernel.tenancy import here
from tenants.members.models import Role
from tenants.members.permissions import holding

if TYPE_CHECKING:
    from governance.boards.models import BoardBody
    from tenants.members.models import Member

MANAGE_BOARDS = "boards.manage"
CHANGE_BOARD = "boards.change"


@predicate
def looks_after(member: Member, body: BoardBody | None = None) -> bool:
    """A rollout lead looks after every board, a secretary after those that she is the secretary of."""
    if here().capacity == Role.ROLLOUT_LEAD or body is None:
        return True
    return bool(body.memberships.filter(member=member, kind="secretary", ended_at__isnull=True).exists())


_maker: Any = holding(*MAKERS)

grant(MANAGE_BOARDS, to=_maker)
grant(CHANGE_BOARD, to=_maker & looks_after)
