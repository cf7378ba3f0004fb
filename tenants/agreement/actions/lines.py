"""The five things that two partners share: one text each, two keys, and one key closes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from rollout.kernel import clock
from tenants.agreement import permissions, policy
from tenants.agreement.actions import signing
from tenants.agreement.content import hash_of_line, plain
from tenants.agreement.models import LineReason, SharedLine, State
from tenants.agreement.policy import Act
from tenants.audit import actions as audit

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@transaction.atomic
def write(*, pair: Pair, topic: str, text: str, by: Member) -> SharedLine:
    """Write a line, change it, or put a contested one forward again. Every key under the old text is cleared."""
    seat = signing.held(pair.pk, by, permissions.WRITE)
    topic, text = SharedLine.Topic(topic), plain(text)
    line = SharedLine.objects.filter(pair_id=pair.pk, topic=topic).first()
    if line is not None and line.text == text and line.state != State.CONTESTED:
        return line
    if line is None:
        line = SharedLine(pair_id=pair.pk, topic=topic, state=State.BLANK)
    is_new = line._state.adding
    line.state = policy.after(policy.LINE, line.state, Act.WRITE)
    line.text, line.content_hash = text, hash_of_line(topic, text)
    line.edited_by, line.edited_at, line.agreed_at, line.agreed_with = seat, clock.now(), None, None
    if is_new:
        line.save(force_insert=True)
    else:
        line.save(update_fields=["state", "text", "content_hash", "edited_by", "edited_at", "agreed_at", "agreed_with"])
    audit.record("shared_line.written" if is_new else "shared_line.edited", subject=line, pair=pair.pk)
    return line


@transaction.atomic
def sign(*, line: SharedLine, shown: str, by: Member) -> SharedLine:
    """Add one partner's key to the text that was shown; with the second the line is agreed."""
    line, seat = signing.held_with(line, by, permissions.SIGN)
    signing.sign(line, seat, shown)
    return line


@transaction.atomic
def contest(*, line: SharedLine, reason: str, by: Member) -> SharedLine:
    """Say in one's own words why not. It is open again at once; the other partner may add their words."""
    line, seat = signing.held_with(line, by, permissions.WRITE)
    signing.refuse_unless(line, Act.CONTEST)
    LineReason.objects.create(
        pair_id=line.pair_id, line=line, seat=seat, content_hash=line.content_hash, text=plain(reason),
        given_at=clock.now(),
    )  # fmt: skip
    line.state = policy.after(policy.LINE, line.state, Act.CONTEST)
    line.agreed_at, line.agreed_with = None, None
    line.save(update_fields=["state", "agreed_at", "agreed_with"])
    audit.record("shared_line.contested", subject=line, pair=line.pair_id)
    return line
