"""What helps a person to take part: noted by the person alone, shared pair by pair, looked at again every year.

Noting a need leaves no entry in any record: an entry would tell others that there is one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from tenants.agreement import permissions
from tenants.agreement.content import plain
from tenants.agreement.models import CommunicationNeed, NeedShare
from tenants.agreement.needs import LOOK_AGAIN_DAYS, Kind
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs

if TYPE_CHECKING:
    from datetime import date

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

IN_WORDS = (Kind.INTERPRETER, Kind.OTHER)
"""What says nothing without words of one's own."""


@transaction.atomic
def note(*, kind: str, detail: str = "", channel: str = "", by: Member) -> CommunicationNeed:
    """Note what helps, or change what one noted. Nobody else reads it until it is shared."""
    require(by, permissions.NOTE_NEEDS)
    kind, detail = Kind(kind), plain(detail)
    if kind in IN_WORDS and not detail:
        raise DomainError("words_needed", _("Say it in your own words."), field="detail")
    if (kind == Kind.CHANNEL) != bool(channel):
        raise DomainError("channel_needed", _("Choose how to reach you."), field="channel")
    now = clock.now()
    need, _is_new = CommunicationNeed.objects.update_or_create(
        member_id=by.pk,
        kind=kind,
        defaults={"detail": detail, "channel": channel, "noted_at": now, "look_again_on": _in_a_year()},
    )
    return need


@transaction.atomic
def look(*, need: CommunicationNeed, met: str, by: Member) -> CommunicationNeed:
    """Say that a need is still right, and how far it is met. It is asked again after a year."""
    need = _own(need, by)
    need.met, need.look_again_on = met, _in_a_year()
    need.save(update_fields=["met", "look_again_on"])
    return need


@transaction.atomic
def remove(*, need: CommunicationNeed, by: Member) -> None:
    """Take a need away. Whoever it was shared with does not see it any more."""
    need = _own(need, by)
    for share in NeedShare.objects.filter(need=need):
        _end(share)
    need.delete()


@transaction.atomic
def share(*, need: CommunicationNeed, pair: Pair, by: Member) -> CommunicationNeed:
    """Show a need to the partner in one pair. Sharing twice is harmless."""
    need, seat = _own(need, by), pairs.own_seat(pair.pk, by, permissions.NOTE_NEEDS)
    shared, is_new = NeedShare.objects.get_or_create(
        pair_id=pair.pk, need=need, defaults={"seat": seat, "shared_at": clock.now()}
    )
    if is_new:
        audit.record("need.shared", subject=shared, pair=pair.pk)
    return need


@transaction.atomic
def unshare(*, need: CommunicationNeed, pair: Pair, by: Member) -> CommunicationNeed:
    """Take it back, alone and at once. Doing it twice is harmless."""
    need = _own(need, by)
    pairs.own_seat(pair.pk, by, permissions.NOTE_NEEDS)
    for shared in NeedShare.objects.filter(pair_id=pair.pk, need=need):
        _end(shared)
    return need


def _own(need: CommunicationNeed, by: Member) -> CommunicationNeed:
    require(by, permissions.NOTE_NEEDS)
    found = CommunicationNeed.objects.select_for_update(of=("self",)).filter(pk=need.pk, member_id=by.pk).first()
    if found is None:
        raise NotPermitted(permissions.NOTE_NEEDS)
    return found


def _end(shared: NeedShare) -> None:
    audit.record("need.share_ended", subject=shared, pair=shared.pair_id)
    shared.delete()


def _in_a_year() -> date:
    return clock.today() + timedelta(days=LOOK_AGAIN_DAYS)
