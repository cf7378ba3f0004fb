"""What a pair learns, and the sentences of it that both agree to share with somebody outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.reflections import permissions, policy
from tenants.reflections.content import hash_of, plain
from tenants.reflections.models import Learning, LearningShare
from tenants.reflections.policy import ShareAct

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair

State = LearningShare.State
# Nobody can change a sentence, so nobody is told that their partner did.
ANOTHER = _("This is not the sentence that you read. Read it again, then sign.")
TWO_KEYS = {"two_keys_needed": _("Both of you have to sign the same sentence. Read it again, then sign.")}
WHY_NOT = {
    State.PROPOSED: _("This sentence waits for your keys."),
    State.AGREED: _("You have both signed this sentence."),
    State.WITHDRAWN: _("This sentence was taken back. You can propose it again."),
}


@transaction.atomic
def write(*, pair: Pair, text: str, evidence: str, changed: str = "", by: Member) -> Learning:
    """Write down something that the pair has learnt, how it knows, and what changed because of it."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_LEARNING)
    now = clock.now()
    learning = Learning.objects.create(
        pair_id=seat.pair_id,
        text=plain(text),
        evidence=plain(evidence),
        changed=plain(changed),
        written_at=now,
        edited_by=seat,
        edited_at=now,
    )
    audit.record("learning.written", subject=learning, pair=seat.pair_id)
    return learning


@transaction.atomic
def edit(*, learning: Learning, text: str, evidence: str, changed: str, by: Member) -> Learning:
    """Change a row of the chart; either partner can. Sentences that were proposed or signed stay as they are."""
    found, seat = pairs.held(learning, by, permissions.WRITE_LEARNING)
    found.text, found.evidence, found.changed = plain(text), plain(evidence), plain(changed)
    found.edited_by, found.edited_at = seat, clock.now()
    found.save(update_fields=["text", "evidence", "changed", "edited_by", "edited_at"])
    audit.record("learning.edited", subject=found, pair=seat.pair_id)
    return found


@transaction.atomic
def propose(*, learning: Learning, audience: str, sentence: str, by: Member) -> LearningShare:
    """Propose to tell somebody outside one sentence. It is nobody's to tell before both have signed."""
    seat = pairs.own_seat(learning.pair_id, by, permissions.WRITE_LEARNING)
    if not Learning.objects.filter(pk=learning.pk, pair_id=seat.pair_id).exists():
        raise NotPermitted(permissions.WRITE_LEARNING)
    audience, sentence = plain(audience), plain(sentence)
    share = LearningShare.objects.create(
        pair_id=seat.pair_id,
        learning=learning,
        audience=audience,
        sentence=sentence,
        content_hash=hash_of(audience, sentence),
        proposed_by=seat,
        proposed_at=clock.now(),
    )
    audit.record("learning_share.proposed", subject=share, pair=seat.pair_id)
    return share


@transaction.atomic
def sign(*, share: LearningShare, shown: str, by: Member) -> LearningShare:
    """Add one partner's key to this sentence for this audience. With the second one it may be told.

    Signing twice is harmless. Two partners at the same moment are one after the other.
    """
    share, seat = pairs.held(share, by, permissions.SIGN_SHARE)
    if share.content_hash == shown and signing.has_key(share, seat):
        return share
    _refuse_unless(share, ShareAct.SIGN)
    signing.refuse_another_text(share, shown, ANOTHER)
    signing.add_key(share, seat)
    audit.record("learning_share.signed", subject=share, pair=share.pair_id)
    if signing.both_signed(share):
        share.agreed_at = clock.now()
        _move(share, ShareAct.AGREE, "agreed_at")
        audit.record("learning_share.agreed", subject=share, pair=share.pair_id)
        signing.settle_keys(TWO_KEYS)
    return share


@transaction.atomic
def withdraw(*, share: LearningShare, by: Member) -> LearningShare:
    """Take a sentence back, alone and at once. What was told already cannot be called back."""
    share, _seat = pairs.held(share, by, permissions.SIGN_SHARE)
    _refuse_unless(share, ShareAct.WITHDRAW)
    share.withdrawn_at = clock.now()
    _move(share, ShareAct.WITHDRAW, "withdrawn_at")
    audit.record("learning_share.withdrawn", subject=share, pair=share.pair_id)
    return share


def _refuse_unless(share: LearningShare, act: ShareAct) -> None:
    if act not in policy.SHARING[State(share.state)]:
        raise DomainError("wrong_state", WHY_NOT[State(share.state)])


def _move(share: LearningShare, act: ShareAct, field: str) -> None:
    share.state = policy.SHARING[State(share.state)][act]
    share.save(update_fields=["state", field])
