"""Sending one message. The job runs as the webhook's person, so it sees what that person sees at that moment."""

from __future__ import annotations

from uuid import UUID

from rollout.jobs.work import Task, handler
from rollout.kernel import outbound
from rollout.kernel.tenancy import in_organisation
from tenants.webhooks import delivering, queries


@handler(delivering.DELIVER)
def deliver(task: Task) -> None:
    """Send a message once, outside of any transaction, and note what came of it together with the job's end."""
    delivery, attempt = UUID(task.key), int(task.period)
    with in_organisation(task.place()):
        held = delivering.begin(delivery=delivery, attempt=attempt)
        if held is None:
            task.finish()
            return
        message = queries.message_of(held, url=task.url)
    outcome = outbound.post(message.url, message.body, message.headers)
    with in_organisation(task.place()):
        delivering.note(delivery=delivery, attempt=attempt, outcome=outcome, job=task.id)
        task.finish()
