"""What partners do with a pair: found it, invite, rename, pause, leave, come back, close."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask_one, refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.members import actions as members
from tenants.members.models import Invitation, Side
from tenants.pairs import permissions, queries
from tenants.pairs.models import LeavingReason, Pair, side_of

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member, Site
    from tenants.pairs.models import Seat


class OfPair(Protocol):
    """A model whose rows belong to a pair."""

    pk: Any
    pair_id: UUID


Row = TypeVar("Row", bound=OfPair)


@transaction.atomic
def found(
    *,
    title: str,
    kind: str,
    partner_name: str,
    partner_email: str,
    partner_by_letter: bool = False,
    partner_language: str = "",
    by: Member,
) -> Pair:
    """Start a pair under the radar: take one seat, and invite the partner to the other.

    `kind` (patient, clinician, …) says on which side the founder sits.
    """
    require(by, permissions.FOUND_PAIR)
    pair_id = uuid.uuid4()
    with refusals({"not_permitted": NotPermitted(permissions.FOUND_PAIR).message}):
        ask_one("found_pair", pair_id, uuid.uuid4(), title, side_of(kind), kind)
    pair = Pair.objects.get(pk=pair_id)
    audit.record("pair.founded", subject=pair, pair=pair.pk)
    invite_partner(
        pair=pair, name=partner_name, email=partner_email, by_letter=partner_by_letter, language=partner_language, by=by
    )
    return pair


@transaction.atomic
def invite_partner(
    *, pair: Pair, name: str, email: str, by_letter: bool = False, language: str = "", by: Member
) -> Invitation:
    """Invite somebody to the free seat. Nobody outside the pair finds a trace of it.

    `by_letter` is for somebody without an address: nothing is sent, and whoever has the letter takes the seat.
    """
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.stage == Pair.Stage.ENDED:
        raise DomainError("pair_has_ended", _("This pair is closed. Start a new one."))
    free = _free_side(pair.pk, by)
    address = normal_address(email)
    if bool(address) == by_letter:
        sentence = _("Type the e-mail address, or choose the letter for somebody who has none. Not both.")
        raise DomainError("address_or_letter", sentence, field="email")
    if address == Account.objects.values_list("email", flat=True).get(pk=by.pk):
        raise DomainError("own_address", _("This is your own address. A pair is two people."), field="email")
    if queries.partner_invitations(by).filter(pair_id=pair.pk, side=free).exists():
        raise DomainError(
            "already_invited",
            _("There is an open invitation to this seat. Take it back before you invite somebody else."),
        )
    return members.send_invitation(
        kind=Invitation.Kind.PARTNER, name=name, email=address, language=language, side=free, pair_id=pair.pk, by=by
    )


@transaction.atomic
def rename(*, pair: Pair, title: str, by: Member) -> Pair:
    """Give the pair another title. Refused while the present one is shown to others."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.title == title:
        return pair
    pair.title = title
    sentence = _("Your title is shown to others now. Stop showing it before you change it.")
    with refusals({"title_is_shown": sentence}):
        pair.save(update_fields=["title"])
    audit.record("pair.renamed", subject=pair, pair=pair.pk)
    return pair


@transaction.atomic
def move(*, pair: Pair, site: Site | None, by: Member) -> Pair:
    """Say where the pair works, or take it back. Refused while the present place is shown to others."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.site_id == (site and site.pk):
        return pair
    pair.site = site
    sentence = _("Your place is shown to others now. Stop showing it before you change it.")
    with refusals({"title_is_shown": sentence}):
        pair.save(update_fields=["site"])
    audit.record("pair.moved", subject=pair, pair=pair.pk)
    return pair


@transaction.atomic
def pause(*, pair: Pair, by: Member) -> Pair:
    """Put the work to rest. Either partner can, and nothing bad follows. Pausing twice is harmless."""
    return _restage(pair, Pair.Stage.WORKING, Pair.Stage.PAUSED, "pair.paused", by)


@transaction.atomic
def resume(*, pair: Pair, by: Member) -> Pair:
    """Take the work up again. Either partner can."""
    return _restage(pair, Pair.Stage.PAUSED, Pair.Stage.WORKING, "pair.resumed", by)


@transaction.atomic
def start_work(*, pair: Pair, by: Member) -> Pair:
    """Note that both partners sit and have agreed their shared task. Later agreements change nothing."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.stage != Pair.Stage.FORMING:
        return pair
    pair.stage = Pair.Stage.WORKING
    pair.working_since = clock.now()
    pair.save(update_fields=["stage", "working_since"])
    audit.record("pair.started_work", subject=pair, pair=pair.pk)
    return pair


@transaction.atomic
def leave(*, pair: Pair, reason: str = "", hide: bool = False, by: Member) -> None:
    """Leave the pair at once. Open invitations that the leaver sent for it end with it.

    A reason is for the leaver alone. `hide` is for whoever leaves because of harm: what is by its nature their own is
    hidden from the partner in the same moment, and neither comes back without the other's key.
    """
    pair = locked(pair.pk, by, permissions.LEAVE_PAIR)
    if reason.strip() and (seat := queries.seat_of(by, pair.pk)) is not None:
        LeavingReason.objects.create(pair=pair, seat=seat, member=by, text=reason.strip(), given_at=clock.now())
    Invitation.objects.filter(
        kind=Invitation.Kind.PARTNER,
        pair_id=pair.pk,
        invited_by_id=by.pk,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).update(revoked_at=clock.now())
    if not ask_one("leave_pair_hiding" if hide else "leave_pair", pair.pk):
        raise NotPermitted(permissions.LEAVE_PAIR)
    audit.record("pair.left", subject=pair, pair=pair.pk)


@transaction.atomic
def come_back(*, pair_id: UUID, by: Member) -> None:
    """Take one's seat again within 24 hours of leaving it, without the partner's key.

    Refused after that, where either asked for separation, when the seat is taken or the pair was closed.
    """
    require(by, permissions.RETURN_TO_PAIR)
    if not ask_one("return_to_pair", pair_id):
        raise NotPermitted(permissions.RETURN_TO_PAIR)
    audit.record("pair.returned", subject=pair_id, pair=pair_id)


@transaction.atomic
def separate(*, pair: Pair, by: Member) -> None:
    """By the one who stays: whoever left comes back only when invited. Asking twice is harmless."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if ask_one("separate_from_former", pair.pk):
        audit.record("pair.separated", subject=pair, pair=pair.pk)


@transaction.atomic
def close(*, pair: Pair, by: Member) -> Pair:
    """End the pair for good, by the one who is alone in it. Open invitations to the free seat end with it."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.stage == Pair.Stage.ENDED:
        return pair
    queries.partner_invitations(by).filter(pair_id=pair.pk).update(revoked_at=clock.now())
    pair.stage, pair.ended_at = Pair.Stage.ENDED, clock.now()
    sentence = _("Your partner is still here. Pause the pair together, or leave it.")
    with refusals({"not_alone": sentence}):
        pair.save(update_fields=["stage", "ended_at"])
    audit.record("pair.closed", subject=pair, pair=pair.pk)
    return pair


@transaction.atomic
def release(*, pair_id: UUID, by: Member) -> None:
    """Give up one's part of the project of a pair that one has left, before the sixty days are over."""
    require(by, permissions.RETURN_TO_PAIR)
    if not ask_one("release_share", pair_id):
        raise NotPermitted(permissions.RETURN_TO_PAIR)


def locked(pair_id: UUID, by: Member, permission: str) -> Pair:
    """The pair, held until the end of the transaction. Refused to everybody but its two partners."""
    require(by, permission)
    pair = Pair.objects.select_for_update(of=("self",)).filter(pk=pair_id).first()
    if pair is None:
        raise NotPermitted(permission)
    return pair


def own_seat(pair_id: UUID, by: Member, permission: str) -> Seat:
    """The seat in which this member acts. Without one, nothing of the pair exists for them."""
    require(by, permission)
    seat = queries.seat_of(by, pair_id)
    if seat is None:
        raise NotPermitted(permission)
    return seat


def held(row: Row, by: Member, permission: str) -> tuple[Row, Seat]:
    """Something of a pair as it is now, held until the end of the transaction, and the seat of who acts."""
    seat = own_seat(row.pair_id, by, permission)
    model: Any = type(row)
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permission)
    return found, seat


def _restage(pair: Pair, old: str, new: str, act: str, by: Member) -> Pair:
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    if pair.stage == new:
        return pair
    if pair.stage != old:
        raise DomainError("not_working_yet", _("Your pair is not at work yet. Sign your shared task first."))
    pair.stage = new
    pair.save(update_fields=["stage"])
    audit.record(act, subject=pair, pair=pair.pk)
    return pair


def _free_side(pair_id: UUID, by: Member) -> Side:
    mine = queries.seat_of(by, pair_id)
    if mine is None:
        raise NotPermitted(permissions.CHANGE_PAIR)
    free = Side(mine.side).other
    if mine.pair.seats.filter(side=free, left_at__isnull=True).exists():
        raise DomainError("seat_taken", _("Both seats of this pair are taken."))
    return free
