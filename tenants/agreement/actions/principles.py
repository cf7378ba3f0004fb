"""Working principles: wordings with two keys, and looking at them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from tenants.agreement import permissions
from tenants.agreement.actions import signing
from tenants.agreement.content import hash_of_principle, plain
from tenants.agreement.models import STANDING, Principle, PrincipleVersion, Review, ReviewAnswer, State
from tenants.agreement.policy import Act
from tenants.audit import actions as audit
from tenants.members.models import Side

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair, Seat

BOTH = {"both_needed": _("A look again is complete when both of you have answered.")}


@transaction.atomic
def propose(*, pair: Pair, title: str, text: str, by: Member) -> Principle:
    """Write down a principle, for both to sign."""
    seat = signing.held(pair.pk, by, permissions.WRITE)
    principle = Principle.objects.create(pair_id=pair.pk, begun_by=seat, begun_at=clock.now())
    version = _version(principle, 1, seat, title, text)
    audit.record("principle.written", subject=version, pair=pair.pk)
    return principle


@transaction.atomic
def write(*, principle: Principle, title: str, text: str, by: Member) -> PrincipleVersion:
    """Change the wording that waits, or write a new one. Until both have signed it, the old one stands.

    Every key under a wording that is changed is cleared. Older wordings stay readable.
    """
    seat = signing.held(principle.pair_id, by, permissions.WRITE)
    versions = list(PrincipleVersion.objects.filter(principle_id=principle.pk, pair_id=seat.pair_id))
    if not versions:
        raise NotPermitted(permissions.WRITE)
    title, text = plain(title), plain(text)
    wanted = hash_of_principle(title, text)
    waiting = next((version for version in versions if version.state == State.PROPOSED), None)
    same = next((version for version in versions if version.content_hash == wanted), None)
    if same is not None and (same is waiting or (waiting is None and same.state in STANDING)):
        return same
    if waiting is None:
        waiting = _version(principle, max(version.number for version in versions) + 1, seat, title, text)
        audit.record("principle.written", subject=waiting, pair=seat.pair_id)
        return waiting
    waiting.title, waiting.text, waiting.content_hash = title, text, wanted
    waiting.edited_by, waiting.edited_at = seat, clock.now()
    waiting.save(update_fields=["title", "text", "content_hash", "edited_by", "edited_at"])
    audit.record("principle.edited", subject=waiting, pair=seat.pair_id)
    return waiting


@transaction.atomic
def sign(*, version: PrincipleVersion, shown: str, by: Member) -> PrincipleVersion:
    """Add one partner's key to the wording that was shown; with the second it is agreed and replaces the older."""
    version, seat = signing.held_with(version, by, permissions.SIGN)
    older = PrincipleVersion.objects.filter(principle_id=version.principle_id, state__in=STANDING).first()
    signing.sign(version, seat, shown, older=older)
    return version


@transaction.atomic
def withdraw(*, version: PrincipleVersion, by: Member) -> PrincipleVersion:
    """Say that a wording no longer holds. Either partner can, alone; nothing else follows."""
    version, _seat = signing.held_with(version, by, permissions.WRITE)
    signing.refuse_unless(version, Act.WITHDRAW)
    signing.end(version, Act.WITHDRAW)
    return version


@transaction.atomic
def review(*, version: PrincipleVersion, answer: str, text: str, by: Member) -> Review:
    """Say whether an agreed principle stays as it is, or what to change. With both answers the look is complete."""
    version, seat = signing.held_with(version, by, permissions.WRITE)
    if version.state != State.AGREED:
        raise DomainError("wrong_state", _("Only a principle that you have both agreed is looked at again."))
    text = plain(text) if answer == ReviewAnswer.Answer.CHANGE else ""
    if answer == ReviewAnswer.Answer.CHANGE and not text:
        raise DomainError("words_needed", _("Type what you want to change."), field="text")
    now = clock.now()
    begun = Review.objects.filter(version=version, closed_at__isnull=True).first()
    if begun is None:
        begun = Review.objects.create(pair_id=seat.pair_id, version=version, opened_by=seat, opened_at=now)
    elif ReviewAnswer.objects.filter(review=begun, seat=seat).exists():
        raise DomainError("already_answered", _("You have answered. The look is complete when your partner has too."))
    given = ReviewAnswer.objects.create(
        pair_id=seat.pair_id, review=begun, seat=seat, answer=answer, text=text, given_at=now
    )
    audit.record("principle.review_answered", subject=given, pair=seat.pair_id)
    sides = ReviewAnswer.objects.filter(review=begun, seat__left_at__isnull=True).values_list("seat__side", flat=True)
    if set(sides) == set(Side):
        begun.closed_at = now
        begun.save(update_fields=["closed_at"])
        audit.record("principle.reviewed", subject=begun, pair=seat.pair_id)
        with refusals(BOTH):
            settle()
    return begun


def _version(principle: Principle, number: int, seat: Seat, title: str, text: str) -> PrincipleVersion:
    title, text = plain(title), plain(text)
    version = PrincipleVersion.objects.create(
        pair_id=seat.pair_id, principle=principle, number=number, title=title, text=text,
        content_hash=hash_of_principle(title, text), edited_by=seat, edited_at=clock.now(),
    )  # fmt: skip
    version.refresh_from_db(fields=["number"])  # there may be wordings that nobody here reads
    return version
