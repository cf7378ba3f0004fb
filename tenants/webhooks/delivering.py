"""What a job does about one message: whether it is still to be sent, and what comes of each try."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from rollout.jobs.queue import enqueue
from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.tenancy import PARTNER, here
from tenants.audit import actions as audit
from tenants.webhooks import queries
from tenants.webhooks.models import Delivery, Webhook

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.outbound import Outcome

DELIVER = "webhooks.deliver"
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long to wait after each try that failed."""
TRIES = len(PAUSES) + 1
KEPT = dt.timedelta(days=30)
GONE = 410
PAUSED_NOTICE = "webhook.paused"


@transaction.atomic
def begin(*, delivery: UUID, attempt: int) -> Delivery | None:
    """The message to send now; None when there is nothing to send any more, which is noted."""
    _forget_old()
    held = _waiting(delivery, attempt)
    if held is None:
        return None
    if held.webhook.paused_at is not None:
        _note(held, Delivery.State.FAILED, problem="paused")
    elif not queries.may_still_hear(held):
        _note(held, Delivery.State.WITHHELD)
    else:
        return held
    return None


@transaction.atomic
def note(*, delivery: UUID, attempt: int, outcome: Outcome, job: UUID) -> None:
    """What became of a try: done, tried again later, or given up. Who gives up in the end pauses the webhook."""
    held = _waiting(delivery, attempt)
    if held is None:
        return
    now = clock.now()
    held.tries, held.tries_left, held.tried_at = attempt, held.tries_left - 1, now
    held.status = outcome.status
    if outcome.arrived:
        _note(held, Delivery.State.DELIVERED)
        Webhook.objects.filter(pk=held.webhook_id).update(delivered_at=now)
        return
    problem = outcome.problem or "refused"
    if held.tries_left > 0 and outcome.status != GONE:
        _note(held, Delivery.State.WAITING, problem=problem)
        pause = PAUSES[min(TRIES - held.tries_left, len(PAUSES)) - 1]
        enqueue(DELIVER, held.pk, period=str(attempt + 1), due=now + pause)
        return
    _note(held, Delivery.State.FAILED, problem=problem)
    if held.event_id is not None or outcome.status == GONE:
        _pause_failing(held, job, gone=outcome.status == GONE)


def _waiting(delivery: UUID, attempt: int) -> Delivery | None:
    # A job whose lease ran out comes twice; the number of the try tells the second one apart.
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("webhook")
    return rows.filter(pk=delivery, state=Delivery.State.WAITING, tries=attempt - 1).first()


def _note(held: Delivery, state: Delivery.State, *, problem: str = "") -> None:
    held.state, held.problem = state, problem
    held.save(update_fields=["state", "problem", "status", "tries", "tries_left", "tried_at"])


def _pause_failing(held: Delivery, job: UUID, *, gone: bool) -> None:
    """Pause a webhook at which nothing has arrived since this message was first tried, and tell its person."""
    webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=held.webhook_id)
    arrived_since = webhook.delivered_at is not None and webhook.delivered_at >= held.asked_at
    if webhook.paused_at is not None or (arrived_since and not gone):
        return
    webhook.paused_at, webhook.paused_because = clock.now(), Webhook.Pause.FAILING
    webhook.save(update_fields=["paused_at", "paused_because"])
    ask("notify", webhook.person_id, webhook.capacity, PAUSED_NOTICE, webhook.pk, job)
    record("webhook.paused", webhook, because=webhook.paused_because)


def _forget_old() -> None:
    Delivery.objects.filter(asked_at__lt=clock.now() - KEPT).delete()


def record(action: str, webhook: Webhook, *, because: str = "") -> None:
    """The organisation's record tells what goes out in its name. Where a partner sends news is nobody's business."""
    if here().capacity != PARTNER:
        detail: dict[str, Any] = {"because": because} if because else {}
        audit.record(action, subject=webhook, **detail)
