"""What partners do with their application: write alone, write together, choose where it goes, sign, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.applications import permissions, policy, queries, requirements
from tenants.applications.models import Application, JointText, OwnText
from tenants.applications.policy import Act, State
from tenants.audit import actions as audit
from tenants.members.models import Side
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.projects.content import plain

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair, Seat

WHY_NOT = {
    State.DRAFT: _("This application is not handed in."),
    State.SUBMITTED: _("This application is handed in. Take it back before you change it."),
    State.WITHDRAWN: _("This application was taken back. Choose where you apply to begin another."),
}


@transaction.atomic
def write_own(*, pair: Pair, kind: str, text: str, is_put_down: bool, by: Member) -> OwnText:
    """Write alone. Putting it down lets the partner read it as soon as theirs is down too; from then on both stay."""
    seat = _seat_in(pair, by, permissions.WRITE_APPLICATION)
    partner = _partner(seat)
    text, now = plain(text), clock.now()
    own = OwnText.objects.select_for_update(of=("self",)).filter(seat=seat, partner_seat=partner, kind=kind).first()
    if own is None:
        own = OwnText.objects.create(
            pair_id=seat.pair_id, seat=seat, partner_seat=partner, kind=kind, text=text, saved_at=now,
            put_down_at=now if is_put_down else None,
        )  # fmt: skip
    else:
        own.text, own.saved_at = text, now
        own.put_down_at = own.put_down_at or (now if is_put_down else None)
        sentence = _("Both of you have put this down, so it stays as it is. Write together now.")
        with refusals({"both_wrote": sentence}):
            own.save(update_fields=["text", "saved_at", "put_down_at"])
    said = "application.own_text_put_down" if is_put_down else "application.own_text_saved"
    audit.record(said, subject=own, pair=seat.pair_id, kind=kind)
    return own


@transaction.atomic
def write_joint(*, pair: Pair, kind: str, text: str, by: Member) -> JointText:
    """Write down together what comes of the two texts. Either can change it; a change clears both keys."""
    seat = _seat_in(pair, by, permissions.WRITE_APPLICATION)
    partner = _partner(seat)
    found = queries.texts_of(seat, partner, kind)
    if found.mine is None or found.partners is None:
        raise DomainError("not_both", _("First each of you puts down what you wrote alone."))
    text, now = plain(text), clock.now()
    by_side = {seat.side: found.mine, Side(seat.side).other.value: found.partners}
    joint = JointText.objects.select_for_update(of=("self",)).filter(
        citizen_text=by_side[Side.CITIZEN], professional_text=by_side[Side.PROFESSIONAL]
    ).first()  # fmt: skip
    if joint is None:
        with refusals({"not_both": _("First each of you puts down what you wrote alone.")}):
            joint = JointText.objects.create(
                pair_id=seat.pair_id, kind=kind, citizen_text=by_side[Side.CITIZEN],
                professional_text=by_side[Side.PROFESSIONAL], text=text, edited_by=seat, edited_at=now,
            )  # fmt: skip
    elif joint.text == text:
        return joint
    else:
        joint.text, joint.edited_by, joint.edited_at = text, seat, now
        with refusals({"start_stays": _("Your application was handed in with it, so how you started stays as it is.")}):
            joint.save(update_fields=["text", "edited_by", "edited_at"])
    audit.record("application.joint_text_written", subject=joint, pair=seat.pair_id, kind=kind)
    return joint


@transaction.atomic
def choose_host(*, pair: Pair, host: str, system: UUID | None = None, by: Member) -> Application:
    """Say where the two apply, and begin the application with it. Another choice clears both keys."""
    seat = _seat_in(pair, by, permissions.WRITE_APPLICATION)
    partner = _partner(seat)
    if not requirements.is_host(host, system):
        raise DomainError(
            "no_host",
            _("A pair applies to its own organisation, or to a system that this organisation belongs to. Choose one."),
            field="host",
        )
    if host == Application.Host.SYSTEM and system is not None:
        name = queries.systems_here().get(pk=system).name
    else:
        system, name = None, queries.organisation_here().name
    wanted = {"host": host, "system_id": system, "host_name": name}
    held = Application.objects.select_for_update(of=("self",)).filter(pair=pair, state__in=policy.OPEN).first()
    if held is None:
        by_side = {seat.side: seat, partner.side: partner}
        held = Application.objects.create(
            pair_id=seat.pair_id, citizen_seat=by_side[Side.CITIZEN], professional_seat=by_side[Side.PROFESSIONAL],
            content_hash=queries.hash_of(queries.NOTHING), begun_at=clock.now(), **wanted,
        )  # fmt: skip
    else:
        _refuse_unless(held, Act.CHOOSE_HOST)
        for field, value in wanted.items():
            setattr(held, field, value)
        held.save(update_fields=list(wanted))
    audit.record("application.host_chosen", subject=held, pair=seat.pair_id, host=host)
    return held


@transaction.atomic
def sign(*, application: Application, shown: str, by: Member) -> Application:
    """Add one partner's key to exactly what was shown; with the second the application is handed in and locked.

    Signing twice is harmless. Two partners at the same moment are one after the other. Raises DomainError for what
    is missing, and for a text that is not any more the one that was read.
    """
    pair = pairs.locked(application.pair_id, by, permissions.SIGN_APPLICATION)
    seat = pairs.own_seat(pair.pk, by, permissions.SIGN_APPLICATION)
    held = _locked(application, permissions.SIGN_APPLICATION)
    if held.state == State.SUBMITTED and held.content_hash == shown and signing.has_key(held, seat):
        return held
    _refuse_unless(held, Act.SIGN)
    for wanted in requirements.missing(by, pair):
        raise DomainError("not_ready", wanted.sentence)
    content = queries.content_of(held)
    # What counts is what stands there now; the row learns of it with the first key.
    if content.hash != shown:
        raise DomainError("text_changed", signing.CHANGED)
    if content.hash != held.content_hash:
        held.content, held.content_hash = content.parts, content.hash
        held.save(update_fields=["content", "content_hash"])
    if signing.has_key(held, seat):
        return held
    signing.add_key(held, seat)
    audit.record("application.signed", subject=held, pair=pair.pk)
    if signing.both_signed(held):
        held.state, held.submitted_at = policy.after(held.state, Act.SUBMIT), clock.now()
        held.save(update_fields=["state", "submitted_at"])
        audit.record("application.submitted", subject=held, pair=pair.pk)
        signing.settle_keys()
    return held


@transaction.atomic
def withdraw(*, application: Application, by: Member) -> Application:
    """Take back what was handed in. Either of the two can, at once; the text stays as it was."""
    pair = pairs.locked(application.pair_id, by, permissions.SIGN_APPLICATION)
    held = _locked(application, permissions.SIGN_APPLICATION)
    _refuse_unless(held, Act.WITHDRAW)
    held.state, held.closed_at = policy.after(held.state, Act.WITHDRAW), clock.now()
    held.save(update_fields=["state", "closed_at"])
    audit.record("application.withdrawn", subject=held, pair=pair.pk)
    return held


def _seat_in(pair: Pair, by: Member, permission: str) -> Seat:
    """The seat in which this member acts, while the pair is held."""
    return pairs.own_seat(pairs.locked(pair.pk, by, permission).pk, by, permission)


def _partner(seat: Seat) -> Seat:
    partner = seat.pair.seats.exclude(pk=seat.pk).filter(left_at__isnull=True).first()
    if partner is None:
        raise DomainError("no_partner", _("You apply as two. Invite a partner first."))
    return partner


def _locked(application: Application, permission: str) -> Application:
    held = Application.objects.select_for_update(of=("self",)).filter(pk=application.pk).first()
    if held is None:
        raise NotPermitted(permission)
    return held


def _refuse_unless(application: Application, act: Act) -> None:
    if not policy.may(application.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(application.state)])
