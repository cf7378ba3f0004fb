"""What partners do with a pair: found it, invite, rename, pause, leave."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

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
from tenants.pairs.models import Pair, side_of

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member, Site


@transaction.atomic
def found(
    *, title: str, kind: str, partner_name: str, partner_email: str, partner_language: str = "", by: Member
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
    invite_partner(pair=pair, name=partner_name, email=partner_email, language=partner_language, by=by)
    return pair


@transaction.atomic
def invite_partner(*, pair: Pair, name: str, email: str, language: str = "", by: Member) -> Invitation:
    """Invite somebody to the free seat. Nobody outside the pair finds a trace of it."""
    pair = locked(pair.pk, by, permissions.CHANGE_PAIR)
    free = _free_side(pair.pk, by)
    address = normal_address(email)
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
def leave(*, pair: Pair, by: Member) -> None:
    """Leave the pair at once. Open invitations that the leaver sent for it end with it."""
    pair = locked(pair.pk, by, permissions.LEAVE_PAIR)
    Invitation.objects.filter(
        kind=Invitation.Kind.PARTNER,
        pair_id=pair.pk,
        invited_by_id=by.pk,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).update(revoked_at=clock.now())
    if not ask_one("leave_pair", pair.pk):
        raise NotPermitted(permissions.LEAVE_PAIR)
    audit.record("pair.left", subject=pair, pair=pair.pk)


def locked(pair_id: UUID, by: Member, permission: str) -> Pair:
    """The pair, held until the end of the transaction. Refused to everybody but its two partners."""
    require(by, permission)
    pair = Pair.objects.select_for_update(of=("self",)).filter(pk=pair_id).first()
    if pair is None:
        raise NotPermitted(permission)
    return pair


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
