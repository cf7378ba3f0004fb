"""Writing down that one snapped back. The database reveals two entries about the same two days, both at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit import actions as audit
from tenants.projects.content import plain
from tenants.relationship import policy
from tenants.relationship.actions import own
from tenants.relationship.models import LookBack, SnapBack
from tenants.relationship.permissions import WRITE

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@transaction.atomic
def log(
    *,
    pair: Pair,
    moment: datetime,
    trigger: str,
    own_default: str,
    intensity: int,
    words: str = "",
    mended_at: datetime | None = None,
    by: Member,
) -> SnapBack:
    """Write down what one did oneself. Only the author reads it, until the partner writes about the same two days."""
    seat = own.seat_in(pair.pk, by)
    if moment > clock.now():
        raise DomainError("moment_is_ahead", _("Choose a moment that has passed."), field="day")
    _refuse_mended(moment, mended_at)
    made = SnapBack.objects.create(
        pair_id=pair.pk,
        seat=seat,
        moment=moment,
        trigger=trigger,
        own_default=own_default,
        intensity=intensity,
        words=plain(words),
        mended_at=mended_at,
        written_at=clock.now(),
    )
    made.refresh_from_db()
    if made.revealed_at:
        audit.record("relationship.snapback_revealed", subject=made, pair=pair.pk)
    return made


@transaction.atomic
def mend(*, snapback: SnapBack, mended_at: datetime, by: Member) -> SnapBack:
    """Say when it felt mended. It can be said again."""
    found = own.held_as_author(snapback, by)
    _refuse_mended(found.moment, mended_at)
    found.mended_at = mended_at
    found.save(update_fields=["mended_at"])
    if found.revealed_at:
        audit.record("relationship.snapback_mended", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def invite(*, snapback: SnapBack, by: Member) -> LookBack:
    """Tell the partner that one would like to look back at that day together: the day, and nothing else."""
    found = own.held_as_author(snapback, by)
    state = policy.moment_of(invited_at=found.invited_at, revealed_at=found.revealed_at)
    if policy.SnapAct.INVITE not in policy.SNAPBACKS[state]:
        raise DomainError("wrong_state", _("You have already asked, or you can both read it."))
    partner = own.partner_of(found.seat)
    found.invited_at = clock.now()
    found.save(update_fields=["invited_at"])
    made = LookBack.objects.create(
        pair_id=found.pair_id,
        seat_id=found.seat_id,
        snapback=found,
        asked=partner,
        day=timezone.localtime(found.moment).date(),
        asked_at=found.invited_at,
    )
    audit.record("relationship.snapback_invited", subject=made, pair=found.pair_id, day=made.day)
    return made


@transaction.atomic
def set_aside(*, look_back: LookBack, by: Member) -> LookBack:
    """Not now. Nobody has to look back at anything; setting aside twice is harmless."""
    found, seat = own.held(look_back, by)
    if found.asked_id != seat.pk:
        raise NotPermitted(WRITE)
    if found.closed_at is None:
        found.closed_at = clock.now()
        found.save(update_fields=["closed_at"])
        audit.record("relationship.snapback_set_aside", subject=found, pair=found.pair_id)
    return found


def _refuse_mended(moment: datetime, mended_at: datetime | None) -> None:
    if mended_at is not None and not moment <= mended_at <= clock.now():
        raise DomainError(
            "mended_out_of_order", _("Choose a moment after it happened, and not ahead of now."), field="mended_day"
        )
