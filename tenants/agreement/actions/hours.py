"""The time that both agree to give, and the hours that each counts for oneself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.agreement import permissions
from tenants.agreement.actions import signing
from tenants.agreement.content import Hours, hash_of_hours, rounded
from tenants.agreement.models import MOST_HOURS, STANDING, HoursGiven, State, TimeAgreement
from tenants.agreement.policy import Act
from tenants.audit import actions as audit

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from tenants.members.models import Member
    from tenants.pairs.models import Pair


@transaction.atomic
def write(*, pair: Pair, hours: Hours, by: Member) -> TimeAgreement:
    """Write down the time of both, or change what waits. Until both have signed it, an older agreement stands."""
    seat = signing.held(pair.pk, by, permissions.WRITE)
    hours = hours.kept()
    for field in ("hours_professional", "hours_citizen"):
        _refuse_too_many(getattr(hours, field), field)
    wanted = hash_of_hours(hours)
    open_or_standing = TimeAgreement.objects.filter(pair_id=pair.pk, state__in=(State.PROPOSED, *STANDING))
    known = {agreement.state: agreement for agreement in open_or_standing}
    waiting = known.pop(State.PROPOSED, None)
    same = waiting if waiting is not None else next(iter(known.values()), None)
    if same is not None and same.content_hash == wanted:
        return same
    is_new = waiting is None
    agreement = waiting or TimeAgreement(pair_id=pair.pk)
    for name, value in asdict(hours).items():
        setattr(agreement, name, value)
    agreement.content_hash, agreement.edited_by, agreement.edited_at = wanted, seat, clock.now()
    if is_new:
        agreement.save(force_insert=True)
    else:
        agreement.save(update_fields=[*asdict(hours), "content_hash", "edited_by", "edited_at"])
    audit.record("time_agreement.written" if is_new else "time_agreement.edited", subject=agreement, pair=pair.pk)
    return agreement


@transaction.atomic
def sign(*, agreement: TimeAgreement, shown: str, by: Member) -> TimeAgreement:
    """Add one partner's key to what was shown; with the second it is agreed and replaces the older agreement."""
    agreement, seat = signing.held_with(agreement, by, permissions.SIGN)
    older = TimeAgreement.objects.filter(pair_id=seat.pair_id, state__in=STANDING).first()
    signing.sign(agreement, seat, shown, older=older)
    return agreement


@transaction.atomic
def withdraw(*, agreement: TimeAgreement, by: Member) -> TimeAgreement:
    """Say that it no longer holds. Either partner can, alone; nothing else follows."""
    agreement, _seat = signing.held_with(agreement, by, permissions.WRITE)
    signing.refuse_unless(agreement, Act.WITHDRAW)
    signing.end(agreement, Act.WITHDRAW)
    return agreement


@transaction.atomic
def note(*, pair: Pair, month: date, hours: Decimal, is_covered: bool, by: Member) -> HoursGiven:
    """Write down one's own hours of a month, or correct them. Nobody writes another's."""
    seat = signing.held(pair.pk, by, permissions.NOTE_HOURS)
    month, hours = month.replace(day=1), rounded(hours)
    if month > clock.today():
        raise DomainError("month_ahead", _("Choose a month that has begun."), field="month")
    _refuse_too_many(hours, "hours")
    given = HoursGiven.objects.filter(seat=seat, month=month).first()
    is_new = given is None
    given = given or HoursGiven(pair_id=pair.pk, seat=seat, month=month)
    given.hours, given.is_covered, given.written_at = hours, is_covered, clock.now()
    if is_new:
        given.save(force_insert=True)
    else:
        given.save(update_fields=["hours", "is_covered", "written_at"])
    audit.record("hours.noted" if is_new else "hours.corrected", subject=given, pair=pair.pk)
    return given


def _refuse_too_many(hours: Decimal, field: str) -> None:
    if not 0 <= hours <= MOST_HOURS:
        sentence = _("Type a number of hours between 0 and %(most)d.") % {"most": MOST_HOURS}
        raise DomainError("hours_impossible", sentence, field=field)
