"""Reflecting together: a day every four weeks, each one's part, and one text that both sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.members.models import Side
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.pairs.models import Pair, Seat
from tenants.reflections import permissions, policy
from tenants.reflections.content import hash_of, plain
from tenants.reflections.models import PairReflection, PairReflectionPart
from tenants.reflections.policy import Act

if TYPE_CHECKING:
    from datetime import date

    from tenants.members.models import Member

State = PairReflection.State

NO_PARTNER = _("You can plan this when somebody sits beside you in this pair.")
WHY_NOT = {
    State.WRITTEN: _("You have both signed this reflection. It stays as it is."),
    State.TALKED: _("You have talked, and this time is closed. The next one is planned."),
    State.MISSED: _("This time has passed. The next one is planned."),
    State.ENDED: _("This time ended because a partner left."),
}


@transaction.atomic
def plan(*, pair: Pair, on: date, by: Member) -> PairReflection:
    """Choose the day of the next reflection together. One is open at a time: planning again moves it."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_TOGETHER)
    _refuse_unlikely(on)
    Pair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    there = PairReflection.objects.filter(pair_id=pair.pk, state=State.PLANNED).first()
    return move(slot=there, on=on, by=by) if there else _planned(seat, on)


@transaction.atomic
def move(*, slot: PairReflection, on: date, by: Member) -> PairReflection:
    """Put it on another day. Either partner can."""
    slot, _seat = _locked(slot, by, permissions.WRITE_TOGETHER, Act.MOVE)
    _refuse_unlikely(on)
    slot.planned_on = on
    slot.save(update_fields=["planned_on"])
    audit.record("pair_reflection.moved", subject=slot, pair=slot.pair_id, on=on)
    return slot


@transaction.atomic
def write_part(*, slot: PairReflection, text: str, by: Member) -> PairReflection:
    """Write or rewrite one's own part. The partner can read it."""
    slot, seat = _locked(slot, by, permissions.WRITE_TOGETHER, Act.WRITE_PART)
    PairReflectionPart.objects.update_or_create(
        slot=slot,
        seat=seat,
        defaults={"text": plain(text), "written_at": clock.now()},
        create_defaults={"pair_id": slot.pair_id, "text": plain(text), "written_at": clock.now()},
    )
    audit.record("pair_reflection.part_written", subject=slot, pair=slot.pair_id)
    return slot


@transaction.atomic
def write(*, slot: PairReflection, text: str, by: Member) -> PairReflection:
    """Write what the pair says together. Every key under the old text is cleared."""
    slot, seat = _locked(slot, by, permissions.WRITE_TOGETHER, Act.WRITE)
    text = plain(text)
    wanted = hash_of(text)
    if wanted != slot.content_hash:
        slot.text, slot.content_hash, slot.edited_by, slot.edited_at = text, wanted, seat, clock.now()
        slot.save(update_fields=["text", "content_hash", "edited_by", "edited_at"])
        audit.record("pair_reflection.edited", subject=slot, pair=slot.pair_id)
    return slot


@transaction.atomic
def sign(*, slot: PairReflection, shown: str, by: Member) -> PairReflection:
    """Add one partner's key to the text that was shown. The second one closes this time and plans the next.

    Signing twice is harmless. Two partners at the same moment are one after the other.
    """
    slot, seat = pairs.held(slot, by, permissions.SIGN_TOGETHER)
    if slot.content_hash == shown and signing.has_key(slot, seat):
        return slot
    _refuse_unless(slot, Act.SIGN)
    if not slot.text:
        raise DomainError("no_text", _("Write what you say together first. Then both of you sign it."))
    signing.refuse_another_text(slot, shown)
    signing.add_key(slot, seat)
    audit.record("pair_reflection.signed", subject=slot, pair=slot.pair_id)
    if signing.both_signed(slot):
        _close(slot, Act.AGREE)
        audit.record("pair_reflection.agreed", subject=slot, pair=slot.pair_id)
        signing.settle_keys()
        _planned(seat, policy.next_day(slot.planned_on, clock.today()))
    return slot


@transaction.atomic
def talked(*, slot: PairReflection, by: Member) -> PairReflection:
    """Say that the pair talked and writes no text. The next time is planned."""
    slot, seat = _locked(slot, by, permissions.WRITE_TOGETHER, Act.TALK)
    _close(slot, Act.TALK)
    audit.record("pair_reflection.talked", subject=slot, pair=slot.pair_id)
    _planned(seat, policy.next_day(slot.planned_on, clock.today()))
    return slot


@transaction.atomic
def missed(*, slot: PairReflection, reason: str, next_on: date, by: Member) -> PairReflection:
    """Say that it did not happen, with a reason out of a short list, and choose another day. Nobody counts this.

    Raises DomainError "not_yet" before its day.
    """
    slot, seat = _locked(slot, by, permissions.WRITE_TOGETHER, Act.MISS)
    if slot.planned_on > clock.today():
        raise DomainError("not_yet", _("Its day has not come yet. You can move it to another day."))
    _refuse_unlikely(next_on, field="next_on")
    slot.reason = PairReflection.Reason(reason)
    _close(slot, Act.MISS, "reason")
    audit.record("pair_reflection.missed", subject=slot, pair=slot.pair_id, reason=slot.reason)
    _planned(seat, next_on)
    return slot


def _locked(slot: PairReflection, by: Member, permission: str, act: Act) -> tuple[PairReflection, Seat]:
    found, seat = pairs.held(slot, by, permission)
    _refuse_unless(found, act)
    return found, seat


def _refuse_unless(slot: PairReflection, act: Act) -> None:
    if not policy.may(slot.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(slot.state)])


def _refuse_unlikely(on: date, field: str = "on") -> None:
    if on < clock.today():
        raise DomainError("date_is_past", _("Choose today or a day after it."), field=field)
    if on > clock.today() + policy.FARTHEST:
        raise DomainError("date_is_far", _("Choose a day within the next two years."), field=field)


def _close(slot: PairReflection, act: Act, *fields: str) -> None:
    slot.state, slot.closed_at = policy.after(slot.state, act), clock.now()
    slot.save(update_fields=["state", "closed_at", *fields])


def _planned(seat: Seat, on: date) -> PairReflection:
    there = {found.side: found for found in Seat.objects.filter(pair_id=seat.pair_id, left_at__isnull=True)}
    if set(there) != set(Side):
        raise DomainError("no_partner", NO_PARTNER)
    with refusals({"no_partner": NO_PARTNER}):
        slot = PairReflection.objects.create(
            pair_id=seat.pair_id,
            citizen=there[Side.CITIZEN],
            professional=there[Side.PROFESSIONAL],
            planned_on=on,
            content_hash=hash_of(""),
            edited_by=seat,
            edited_at=clock.now(),
        )
    audit.record("pair_reflection.planned", subject=slot, pair=slot.pair_id, on=on)
    return slot
