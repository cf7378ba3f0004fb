"""The second question behind "no time". Its answer belongs to who gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit import actions as audit
from tenants.relationship import why
from tenants.relationship.actions import own
from tenants.relationship.models import TimeReason
from tenants.relationship.permissions import WRITE

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

First, Second = TimeReason.First, TimeReason.Second


@transaction.atomic
def say_why(*, pair: Pair, kind: str, subject: UUID, first: str, second: str = "", by: Member) -> TimeReason:
    """Say why something was declined, moved or skipped. The second question may stay open: "not said".

    Only the author reads it. Said again, it is only the author's again. A thing that this person does not see, and
    a kind that nobody registered, are not found.
    """
    seat = own.seat_in(pair.pk, by)
    if why.subject_of(by, pair.pk, kind, subject) is None:
        raise NotPermitted(WRITE)
    if first != First.NO_TIME and second:
        raise DomainError("no_second_question", _("There is a second question to “no time” only."), field="second")
    said = {"first": first, "second": (second or Second.NOT_SAID) if first == First.NO_TIME else ""}
    made, is_new = TimeReason.objects.select_for_update(of=("self",)).get_or_create(
        seat=seat, kind=kind, subject=subject, defaults={"pair_id": pair.pk, "said_at": clock.now(), **said}
    )
    if not is_new:
        made.first, made.second, made.said_at, made.shown_to = said["first"], said["second"], clock.now(), None
        made.save(update_fields=["first", "second", "said_at", "shown_to"])
    return made


@transaction.atomic
def share_why(*, reason: TimeReason, by: Member) -> TimeReason:
    """Let the partner who sits there now read the answer."""
    found = own.held_as_author(reason, by)
    partner = own.partner_of(found.seat)
    if found.shown_to_id != partner.pk:
        found.shown_to = partner
        found.save(update_fields=["shown_to"])
        audit.record("balance.reason_shared", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def unshare_why(*, reason: TimeReason, by: Member) -> TimeReason:
    """Keep the answer for oneself again."""
    found = own.held_as_author(reason, by)
    if found.shown_to_id:
        found.shown_to = None
        found.save(update_fields=["shown_to"])
        audit.record("balance.reason_unshared", subject=found, pair=found.pair_id)
    return found
