"""Adding one partner's key to one exact text: the same for tasks, decisions and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import settle
from tenants.members.models import Side
from tenants.pairs.queries import seat_of
from tenants.projects.models import Decision, DecisionKey, ResultClaim, ResultKey, SharedTask, SharedTaskKey

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Seat

Signed = SharedTask | Decision | ResultClaim
KEYS: dict[type[Signed], tuple[type[SharedTaskKey | DecisionKey | ResultKey], str]] = {
    SharedTask: (SharedTaskKey, "shared_task"),
    Decision: (DecisionKey, "decision"),
    ResultClaim: (ResultKey, "result"),
}
TWO_KEYS = {"two_keys_needed": _("Both of you have to sign the same text. Read it again, then sign.")}


def own_seat(pair_id: UUID, by: Member, permission: str) -> Seat:
    """The seat in which this member acts. Without one, nothing of the pair exists for them."""
    require(by, permission)
    seat = seat_of(by, pair_id)
    if seat is None:
        raise NotPermitted(permission)
    return seat


def refuse_another_text(row: Signed, shown: str) -> None:
    """A key goes under the text that the person has read, and under no other."""
    if row.content_hash != shown:
        raise DomainError("text_changed", _("Your partner changed the text. Read it again, then sign."))


def has_key(row: Signed, seat: Seat) -> bool:
    """Whether this seat has signed the present text."""
    keys, column = KEYS[type(row)]
    return keys._default_manager.filter(**{column: row}, seat=seat, content_hash=row.content_hash).exists()


def add_key(row: Signed, seat: Seat) -> None:
    """Put this seat's key under the present text."""
    keys, column = KEYS[type(row)]
    keys._default_manager.create(
        **{column: row}, pair_id=row.pair_id, seat=seat, content_hash=row.content_hash, signed_at=clock.now()
    )


def both_signed(row: Signed) -> bool:
    """Whether both seats that are taken now have signed the present text."""
    keys, column = KEYS[type(row)]
    found = keys._default_manager.filter(
        **{column: row}, content_hash=row.content_hash, seat__left_at__isnull=True, seat__pair_id=row.pair_id
    )
    return set(found.values_list("seat__side", flat=True)) == set(Side)


def settle_keys() -> None:
    """Ask the database now whether it sees both keys as well."""
    with refusals(TWO_KEYS):
        settle()
