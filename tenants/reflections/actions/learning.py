"""What a pair learns, and the sentences of it that both agree to share with somebody outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import settle
from tenants.audit import actions as audit
from tenants.members.models import Side
from tenants.pairs.queries import seat_of
from tenants.reflections import permissions, policy
from tenants.reflections.content import hash_of, plain
from tenants.reflections.models import Learning, LearningShare, LearningShareKey
from tenants.reflections.policy import ShareAct

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair, Seat

State = LearningShare.State
TWO_KEYS = {"two_keys_needed": _("Both of you have to sign the same sentence. Read it again, then sign.")}
WHY_NOT = {
    State.PROPOSED: _("This sentence waits for your keys."),
    State.AGREED: _("You have both signed this sentence."),
    State.WITHDRAWN: _("This sentence was taken back. You can propose it again."),
}


@transaction.atomic
def write(*, pair: Pair, text: str, evidence: str, changed: str = "", by: Member) -> Learning:
    """Write down something that the pair has learnt, how it knows, and what changed because of it."""
    seat = _own_seat(pair.pk, by, permissions.WRITE_LEARNING)
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
    seat = _own_seat(learning.pair_id, by, permissions.WRITE_LEARNING)
    found = Learning.objects.select_for_update(of=("self",)).filter(pk=learning.pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permissions.WRITE_LEARNING)
    found.text, found.evidence, found.changed = plain(text), plain(evidence), plain(changed)
    found.edited_by, found.edited_at = seat, clock.now()
    found.save(update_fields=["text", "evidence", "changed", "edited_by", "edited_at"])
    audit.record("learning.edited", subject=found, pair=seat.pair_id)
    return found


@transaction.atomic
def propose(*, learning: Learning, audience: str, sentence: str, by: Member) -> LearningShare:
    """Propose to tell somebody outside one sentence. It is nobody's to tell before both have signed."""
    seat = _own_seat(learning.pair_id, by, permissions.WRITE_LEARNING)
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
    share, seat = _locked(share, by)
    if share.content_hash == shown and LearningShareKey.objects.filter(share=share, seat=seat).exists():
        return share
    _refuse_unless(share, ShareAct.SIGN)
    if share.content_hash != shown:
        raise DomainError("text_changed", _("This is not the sentence that you read. Read it again, then sign."))
    LearningShareKey.objects.create(
        pair_id=share.pair_id, share=share, seat=seat, content_hash=shown, signed_at=clock.now()
    )
    audit.record("learning_share.signed", subject=share, pair=share.pair_id)
    if _both_signed(share):
        share.agreed_at = clock.now()
        _move(share, ShareAct.AGREE, "agreed_at")
        audit.record("learning_share.agreed", subject=share, pair=share.pair_id)
        with refusals(TWO_KEYS):
            settle()
    return share


@transaction.atomic
def withdraw(*, share: LearningShare, by: Member) -> LearningShare:
    """Take a sentence back, alone and at once. What was told already cannot be called back."""
    share, _seat = _locked(share, by)
    _refuse_unless(share, ShareAct.WITHDRAW)
    share.withdrawn_at = clock.now()
    _move(share, ShareAct.WITHDRAW, "withdrawn_at")
    audit.record("learning_share.withdrawn", subject=share, pair=share.pair_id)
    return share


def _own_seat(pair_id: UUID, by: Member, permission: str) -> Seat:
    require(by, permission)
    seat = seat_of(by, pair_id)
    if seat is None:
        raise NotPermitted(permission)
    return seat


def _locked(share: LearningShare, by: Member) -> tuple[LearningShare, Seat]:
    seat = _own_seat(share.pair_id, by, permissions.SIGN_SHARE)
    found = LearningShare.objects.select_for_update(of=("self",)).filter(pk=share.pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permissions.SIGN_SHARE)
    return found, seat


def _refuse_unless(share: LearningShare, act: ShareAct) -> None:
    if act not in policy.SHARING[State(share.state)]:
        raise DomainError("wrong_state", WHY_NOT[State(share.state)])


def _both_signed(share: LearningShare) -> bool:
    found = LearningShareKey.objects.filter(
        share=share, content_hash=share.content_hash, seat__left_at__isnull=True, seat__pair_id=share.pair_id
    )
    return set(found.values_list("seat__side", flat=True)) == set(Side)


def _move(share: LearningShare, act: ShareAct, field: str) -> None:
    share.state = policy.SHARING[State(share.state)][act]
    share.save(update_fields=["state", field])
