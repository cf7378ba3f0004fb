"""What two people assume, prepare and try out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.projects.content import plain
from tenants.relationship.actions import own
from tenants.relationship.models import Assumption, Experiment, HardConversation

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair

CLOSED = _("This is finished and stays as it is. Write a new one if you think differently now.")


@transaction.atomic
def assume(*, pair: Pair, text: str, test: str, due_on: date, by: Member) -> Assumption:
    """Write down what the pair takes for granted, and how and by when it finds out."""
    made = Assumption.objects.create(
        pair_id=pair.pk,
        seat=own.seat_in(pair.pk, by),
        text=plain(text),
        test=plain(test),
        due_on=due_on,
        written_at=clock.now(),
    )
    audit.record("relationship.assumption_written", subject=made, pair=pair.pk)
    return made


@transaction.atomic
def edit_assumption(*, assumption: Assumption, text: str, test: str, due_on: date, by: Member) -> Assumption:
    """Say it otherwise, or move the day, while it is open."""
    found = own.held_as_author(assumption, by)
    _refuse_finished(found.closed_at)
    found.text, found.test, found.due_on = plain(text), plain(test), due_on
    found.save(update_fields=["text", "test", "due_on"])
    audit.record("relationship.assumption_edited", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def close(*, assumption: Assumption, result: str, evidence: str, seen_by: str, by: Member) -> Assumption:
    """Say what came out and who saw it. Either partner may."""
    found, _seat = own.held(assumption, by)
    _refuse_finished(found.closed_at)
    evidence, seen_by = plain(evidence), plain(seen_by)
    if not (result and evidence and seen_by):
        raise DomainError("result_needed", _("Say what came out, what you saw and who saw it."))
    found.result, found.evidence, found.seen_by, found.closed_at = result, evidence, seen_by, clock.now()
    found.save(update_fields=["result", "evidence", "seen_by", "closed_at"])
    audit.record("relationship.assumption_closed", subject=found, pair=found.pair_id, result=result)
    return found


@transaction.atomic
def prepare(*, pair: Pair, title: str, tags: Sequence[str], before: str, by: Member) -> HardConversation:
    """Prepare a hard conversation, for oneself."""
    return HardConversation.objects.create(
        pair_id=pair.pk,
        seat=own.seat_in(pair.pk, by),
        title=plain(title),
        tags=sorted(set(tags)),
        before=plain(before),
        written_at=clock.now(),
    )


@transaction.atomic
def edit_conversation(
    *, conversation: HardConversation, title: str, tags: Sequence[str], before: str, by: Member
) -> HardConversation:
    """Change one's notes from before it."""
    found = own.held_as_author(conversation, by)
    found.title, found.tags, found.before = plain(title), sorted(set(tags)), plain(before)
    found.save(update_fields=["title", "tags", "before"])
    _tell(found, "edited")
    return found


@transaction.atomic
def look_back(*, conversation: HardConversation, learned: str, after: str, by: Member) -> HardConversation:
    """Say what one learned. Nobody is asked who won."""
    found = own.held_as_author(conversation, by)
    found.learned, found.after = plain(learned), plain(after)
    if not found.learned:
        raise DomainError("learning_needed", _("Type what you learned."), field="learned")
    found.held_at = found.held_at or clock.now()
    found.save(update_fields=["learned", "after", "held_at"])
    _tell(found, "held")
    return found


@transaction.atomic
def share(*, conversation: HardConversation, by: Member) -> HardConversation:
    """Let the partner who sits there now read all of it."""
    found = own.held_as_author(conversation, by)
    partner = own.partner_of(found.seat)
    if found.shown_to_id != partner.pk:
        found.shown_to = partner
        found.save(update_fields=["shown_to"])
        _tell(found, "shared")
    return found


@transaction.atomic
def unshare(*, conversation: HardConversation, by: Member) -> HardConversation:
    """Keep it for oneself again."""
    found = own.held_as_author(conversation, by)
    if found.shown_to_id:
        _tell(found, "unshared")
        found.shown_to = None
        found.save(update_fields=["shown_to"])
    return found


@transaction.atomic
def try_out(*, pair: Pair, attempt: str, limit: str, by: Member) -> Experiment:
    """Say what one will try, and when one stops, so that it may fail."""
    made = Experiment.objects.create(
        pair_id=pair.pk,
        seat=own.seat_in(pair.pk, by),
        attempt=plain(attempt),
        limit=plain(limit),
        written_at=clock.now(),
    )
    audit.record("relationship.experiment_written", subject=made, pair=pair.pk)
    return made


@transaction.atomic
def edit_experiment(*, experiment: Experiment, attempt: str, limit: str, by: Member) -> Experiment:
    """Change one's own card while it is open."""
    found = own.held_as_author(experiment, by)
    _refuse_finished(found.finished_at)
    found.attempt, found.limit = plain(attempt), plain(limit)
    found.save(update_fields=["attempt", "limit"])
    audit.record("relationship.experiment_edited", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def finish(*, experiment: Experiment, happened: str, by: Member) -> Experiment:
    """Say what happened. That it failed is a finding."""
    found = own.held_as_author(experiment, by)
    _refuse_finished(found.finished_at)
    found.happened, found.finished_at = plain(happened), clock.now()
    if not found.happened:
        raise DomainError("result_needed", _("Type what happened."), field="happened")
    found.save(update_fields=["happened", "finished_at"])
    audit.record("relationship.experiment_finished", subject=found, pair=found.pair_id)
    return found


def _refuse_finished(when: object) -> None:
    if when is not None:
        raise DomainError("wrong_state", CLOSED)


def _tell(conversation: HardConversation, act: str) -> None:
    if conversation.shown_to_id:
        audit.record(f"relationship.hard_conversation_{act}", subject=conversation, pair=conversation.pair_id)
