"""Two keys on one exact text: the same for a line, a principle and a time agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.agreement import policy
from tenants.agreement.models import PrincipleVersion, SharedLine, State, TimeAgreement
from tenants.agreement.policy import Act, Table
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing as keys

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Seat

Signed = SharedLine | PrincipleVersion | TimeAgreement
Version = PrincipleVersion | TimeAgreement
Row = TypeVar("Row", SharedLine, PrincipleVersion, TimeAgreement)
SIGNED: dict[type[Signed], tuple[Table, str]] = {
    SharedLine: (policy.LINE, "shared_line"),
    PrincipleVersion: (policy.VERSION, "principle"),
    TimeAgreement: (policy.VERSION, "time_agreement"),
}
"""What is signed → its table of states, and its word in the record."""

WHY_NOT = {
    State.PROPOSED: _("This waits for both of you to sign it."),
    State.CONTESTED: _("This is contested. Talk about it, then write it again."),
    State.AGREED: _("You have both agreed this."),
    State.FORMER: _("This was agreed with a former partner. Sign it again, or write it anew."),
    State.WITHDRAWN: _("This is no longer agreed. You can write it again."),
    State.REPLACED: _("A newer version has replaced this one."),
}


def held(pair_id: UUID, by: Member, permission: str) -> Seat:
    """The seat in which this member acts; the pair is held, so that two acts are one after the other."""
    return pairs.own_seat(pairs.locked(pair_id, by, permission).pk, by, permission)


def held_with(row: Row, by: Member, permission: str) -> tuple[Row, Seat]:
    """One text as it is now and the seat of who acts; the pair is held first, as for every act here."""
    pairs.locked(row.pair_id, by, permission)
    return pairs.held(row, by, permission)


def refuse_unless(row: Signed, act: Act) -> None:
    """Say why not, where the table does not know this act in this state."""
    if not policy.may(SIGNED[type(row)][0], row.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(row.state)])


def sign(row: Signed, seat: Seat, shown: str, *, older: Version | None = None) -> bool:
    """Put this seat's key under the text that was shown; whether the text is agreed by it.

    Signing twice is harmless. `older` is replaced at the moment in which this one is agreed.
    """
    table, word = SIGNED[type(row)]
    if row.content_hash == shown and row.state in (State.AGREED, *_OPEN) and keys.has_key(row, seat):
        return False
    refuse_unless(row, Act.SIGN)
    keys.refuse_another_text(row, shown)
    keys.add_key(row, seat)
    audit.record(f"{word}.signed", subject=row, pair=row.pair_id)
    if not keys.both_signed(row):
        return False
    if older is not None and older.pk != row.pk:
        end(older, Act.REPLACE)
    row.state, row.agreed_at, row.agreed_with = policy.after(table, row.state, Act.AGREE), clock.now(), None
    row.save(update_fields=["state", "agreed_at", "agreed_with"])
    audit.record(f"{word}.agreed", subject=row, pair=row.pair_id)
    keys.settle_keys()
    return True


def end(row: Version, act: Act) -> None:
    """Withdraw or replace what came in versions."""
    table, word = SIGNED[type(row)]
    row.state, row.ended_at, row.agreed_with = policy.after(table, row.state, act), clock.now(), None
    row.save(update_fields=["state", "ended_at", "agreed_with"])
    audit.record(f"{word}.{'replaced' if act == Act.REPLACE else 'withdrawn'}", subject=row, pair=row.pair_id)


_OPEN = (State.PROPOSED, State.FORMER)
