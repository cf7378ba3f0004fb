"""Where two people differ: one writes, the other says it again, the first says whether that is it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.projects.content import plain
from tenants.relationship import policy
from tenants.relationship.actions import own
from tenants.relationship.models import DifferenceItem, Restatement
from tenants.relationship.policy import Act, State

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair

WHY_NOT = {
    State.DRAFT: _("Only its author reads this. It has to be shown first."),
    State.SHOWN: _("Nobody has said this again in their own words yet."),
    State.RESTATED: _("This was said again. Its author answers first."),
    State.CORRECTED: _("This was corrected. It can be said again."),
    State.HEARD: _("This was heard. To change it, take it back or write something new."),
}


@transaction.atomic
def write(*, pair: Pair, kind: str, text: str, not_for_restating: bool = False, by: Member) -> DifferenceItem:
    """Write a line for oneself. Nobody else reads it before it is shown."""
    seat = own.seat_in(pair.pk, by)
    return DifferenceItem.objects.create(
        pair_id=pair.pk,
        seat=seat,
        kind=kind,
        text=plain(text),
        not_for_restating=not_for_restating,
        written_at=clock.now(),
    )


@transaction.atomic
def edit(*, item: DifferenceItem, kind: str, text: str, not_for_restating: bool, by: Member) -> DifferenceItem:
    """Say it otherwise, while nobody has said it again."""
    found = own.held_as_author(item, by)
    _refuse_unless(found, Act.EDIT)
    found.kind, found.text, found.not_for_restating = kind, plain(text), not_for_restating
    found.save(update_fields=["kind", "text", "not_for_restating"])
    if found.shown_to_id:
        audit.record("relationship.difference_edited", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def show(*, item: DifferenceItem, by: Member) -> DifferenceItem:
    """Let the partner who sits there now read it."""
    found = own.held_as_author(item, by)
    _refuse_unless(found, Act.SHOW)
    found.shown_to, found.shown_at = own.partner_of(found.seat), clock.now()
    _move(found, Act.SHOW, "shown_to", "shown_at")
    audit.record("relationship.difference_shown", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def take_back(*, item: DifferenceItem, by: Member) -> DifferenceItem:
    """Show it no longer. It is a draft again, and waits for nobody."""
    found = own.held_as_author(item, by)
    _refuse_unless(found, Act.TAKE_BACK)
    found.shown_to = found.shown_at = found.heard_at = None
    _move(found, Act.TAKE_BACK, "shown_to", "shown_at", "heard_at")
    audit.record("relationship.difference_taken_back", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def restate(*, item: DifferenceItem, text: str, by: Member) -> Restatement:
    """Say in one's own words what the other wrote. It is heard when the author says: yes, that is it."""
    found, seat = own.held(item, by)
    if found.seat_id == seat.pk:
        raise DomainError("own_words", _("Your partner says this again, not you."))
    _refuse_unless(found, Act.RESTATE)
    if found.not_for_restating:
        raise DomainError("not_for_restating", _("Its author does not want this said again. Reading it is enough."))
    if found.seat.left_at is not None:
        raise DomainError("no_partner", _("Who wrote this has left. Nobody can answer any more."))
    made = Restatement.objects.create(
        pair_id=found.pair_id,
        seat=seat,
        author_id=found.seat_id,
        item=found,
        text=plain(text),
        said_at=clock.now(),
    )
    _move(found, Act.RESTATE)
    audit.record("relationship.difference_restated", subject=found, pair=found.pair_id)
    return made


@transaction.atomic
def accept(*, item: DifferenceItem, by: Member) -> DifferenceItem:
    """Yes, that is what I meant. Heard does not mean agreed."""
    found = own.held_as_author(item, by)
    _refuse_unless(found, Act.ACCEPT)
    _answer(found, Restatement.Answer.ACCEPTED, "")
    found.heard_at = clock.now()
    _move(found, Act.ACCEPT, "heard_at")
    audit.record("relationship.difference_heard", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def correct(*, item: DifferenceItem, correction: str, by: Member) -> DifferenceItem:
    """Not quite: say what it is instead. The partner may say it again."""
    found = own.held_as_author(item, by)
    _refuse_unless(found, Act.CORRECT)
    _answer(found, Restatement.Answer.CORRECTED, plain(correction))
    _move(found, Act.CORRECT)
    audit.record("relationship.difference_corrected", subject=found, pair=found.pair_id)
    return found


def _refuse_unless(item: DifferenceItem, act: Act) -> None:
    if not policy.may(item.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(item.state)])


def _answer(item: DifferenceItem, answer: str, correction: str) -> None:
    said = Restatement.objects.filter(item=item, answer="").first()
    if said is None:
        raise DomainError("wrong_state", WHY_NOT[State.SHOWN])
    said.answer, said.correction, said.answered_at = answer, correction, clock.now()
    said.save(update_fields=["answer", "correction", "answered_at"])


def _move(item: DifferenceItem, act: Act, *fields: str) -> None:
    item.state = policy.after(item.state, act)
    item.save(update_fields=["state", *fields])
