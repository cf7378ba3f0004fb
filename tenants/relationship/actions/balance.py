"""Task and relationship: minutes that one tells, a sprint on purpose, and the answer to a pause card."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs.models import Pair
from tenants.relationship import queries
from tenants.relationship.actions import own
from tenants.relationship.models import Minutes, PauseAnswer, Sprint
from tenants.relationship.policy import SPRINTS, SprintAct, stage_of

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member

LONGEST_SPRINT = timedelta(days=42)


@transaction.atomic
def tell_minutes(*, pair: Pair, on: date, task: int, relationship: int, by: Member) -> Minutes:
    """Say how much of a day went to the task and to each other. Said again, the new numbers count."""
    seat = own.seat_in(pair.pk, by)
    if on > clock.today():
        raise DomainError("date_is_ahead", _("Choose today or a day before."), field="on")
    told, is_new = Minutes.objects.get_or_create(
        seat=seat, on=on, defaults={"pair_id": pair.pk, "task": task, "relationship": relationship}
    )
    if not is_new:
        told.task, told.relationship = task, relationship
        told.save(update_fields=["task", "relationship"])
    audit.record("balance.minutes_told", subject=told, pair=pair.pk, on=on)
    return told


@transaction.atomic
def propose_sprint(*, pair: Pair, ends_on: date, by: Member) -> Sprint:
    """Propose that the task comes first until a day, on purpose. It counts when the partner agrees."""
    seat = own.seat_in(pair.pk, by)
    _alone(pair.pk)
    if not clock.today() <= ends_on <= clock.today() + LONGEST_SPRINT:
        raise DomainError("sprint_too_long", _("Choose a day within the next six weeks."), field="ends_on")
    present = queries.open_sprint(pair.pk)
    if present is not None and present.agreed_at and present.ends_on >= clock.today():
        raise DomainError("in_a_sprint", _("You are in a sprint. End it first."))
    if present is not None:
        present.ended_at = clock.now()
        present.save(update_fields=["ended_at"])
    made = Sprint.objects.create(pair_id=pair.pk, seat=seat, ends_on=ends_on, proposed_at=clock.now())
    audit.record("balance.sprint_proposed", subject=made, pair=pair.pk, until=ends_on)
    return made


@transaction.atomic
def agree_sprint(*, pair: Pair, by: Member) -> Sprint:
    """Add the second key. Who proposed it cannot."""
    seat = own.seat_in(pair.pk, by)
    _alone(pair.pk)
    found = _open(pair.pk)
    if SprintAct.AGREE not in SPRINTS[stage_of(agreed_at=found.agreed_at, ended_at=found.ended_at)]:
        return found
    # Not `pairs.signing`: proposing is the first key, and a proposal cannot be changed.
    if found.seat_id == seat.pk:
        raise DomainError("two_keys_needed", _("Your partner gives the second key."))
    found.agreed_by, found.agreed_at = seat, clock.now()
    found.save(update_fields=["agreed_by", "agreed_at"])
    audit.record("balance.sprint_agreed", subject=found, pair=pair.pk, until=found.ends_on)
    return found


@transaction.atomic
def end_sprint(*, pair: Pair, by: Member) -> Sprint:
    """End a sprint, or a proposal of one, at once. One key is enough."""
    own.seat_in(pair.pk, by)
    _alone(pair.pk)
    found = _open(pair.pk)
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    audit.record("balance.sprint_ended", subject=found, pair=pair.pk)
    return found


@transaction.atomic
def answer_pause(*, pair: Pair, answer: str, by: Member) -> PauseAnswer:
    """Take the twenty minutes, or not now. Whoever answers first answers for both."""
    seat = own.seat_in(pair.pk, by)
    _alone(pair.pk)
    fortnight = queries.pause_for(by, pair.pk)
    if fortnight is None:
        raise DomainError("no_pause_card", _("There is no card to answer now."))
    made = PauseAnswer.objects.create(
        pair_id=pair.pk, seat=seat, fortnight=fortnight, answer=answer, answered_at=clock.now()
    )
    audit.record(f"balance.pause_{answer}", subject=made, pair=pair.pk)
    return made


def _alone(pair: UUID) -> None:
    """Both partners at once are one after the other."""
    Pair.objects.select_for_update(of=("self",)).get(pk=pair)


def _open(pair: UUID) -> Sprint:
    found = queries.open_sprint(pair)
    if found is None or found.ends_on < clock.today():
        raise DomainError("no_sprint", _("There is no sprint now. Propose one first."))
    return found
