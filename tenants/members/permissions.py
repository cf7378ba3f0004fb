"""What people may do in their organisation. A permission is asked about a member wearing one hat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.kernel.permissions import Predicate, grant, predicate
from rollout.kernel.tenancy import PARTNER, here
from tenants.members.models import Role

if TYPE_CHECKING:
    from tenants.members.models import Member

USE_HOME = "members.use_home"
TAKE_UP_TYPED = "members.take_up_typed"
INVITE_PARTNER = "members.invite_partner"
READ_PEOPLE = "members.read_people"
INVITE_PEOPLE = "members.invite_people"
END_MEMBERSHIP = "members.end_membership"
GRANT_OFFICE = "members.grant_office"
END_OFFICE = "members.end_office"
ASK_SECOND_FACTOR = "members.ask_second_factor"
READ_NOTICES = "members.read_notices"
USE_FINANCE_HOME = "members.use_finance_home"
USE_FACILITATOR_HOME = "members.use_facilitator_home"
USE_PROVIDER_HOME = "members.use_provider_home"


@predicate
def in_own_name(member: Member, _subject: Any = None) -> bool:
    """A member as themselves: the partner's hat, which every member may wear."""
    return here().capacity == PARTNER and member.ended_at is None


def holding(*roles: Role) -> Predicate:
    """A member wearing the hat of one of these offices, which they hold."""

    @predicate
    def _holding(member: Member, _subject: Any = None) -> bool:
        hat = here().capacity
        return hat in roles and hat in member.held_roles

    return _holding


@predicate
def in_any_hat(member: Member, _subject: Any = None) -> bool:
    """A member in their own name, or wearing the hat of an office that they hold."""
    hat = here().capacity
    return member.ended_at is None and (hat == PARTNER or hat in member.held_roles)


grant(USE_HOME, to=in_own_name)
grant(TAKE_UP_TYPED, to=in_own_name)
grant(INVITE_PARTNER, to=in_own_name)
grant(READ_PEOPLE, to=holding(Role.ROLLOUT_LEAD))
grant(INVITE_PEOPLE, to=holding(Role.ROLLOUT_LEAD))
grant(END_MEMBERSHIP, to=holding(Role.ROLLOUT_LEAD))
grant(GRANT_OFFICE, to=holding(Role.ROLLOUT_LEAD))
grant(END_OFFICE, to=holding(Role.ROLLOUT_LEAD))
grant(ASK_SECOND_FACTOR, to=holding(Role.ROLLOUT_LEAD))
grant(READ_NOTICES, to=in_any_hat)
grant(USE_FINANCE_HOME, to=holding(Role.FINANCE))
grant(USE_FACILITATOR_HOME, to=holding(Role.FACILITATOR))
grant(USE_PROVIDER_HOME, to=holding(Role.PROVIDER_LEAD))
