"""Registering an address, and everything that its person does with it."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.jobs.queue import enqueue
from rollout.kernel import clock, outbound
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.sealing import seal
from rollout.kernel.tenancy import here
from tenants.webhooks import queries
from tenants.webhooks.delivering import DELIVER, TRIES, record
from tenants.webhooks.models import Delivery, Webhook
from tenants.webhooks.permissions import USE_WEBHOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenants.members.models import Member

MOST_WEBHOOKS = 10


@transaction.atomic
def register(*, name: str, url: str, topics: Sequence[str], by: Member) -> tuple[Webhook, str]:
    """A webhook in the hat that is worn, and its secret: the only time that anybody reads it."""
    require(by, USE_WEBHOOKS)
    _refuse_address(url)
    if len(list(queries.webhooks_of(by)[:MOST_WEBHOOKS])) >= MOST_WEBHOOKS:
        raise DomainError("too_many_webhooks", _("You have ten webhooks. Remove one first."))
    secret = _new_secret()
    made = Webhook(
        person_id=by.pk,
        capacity=here().capacity,
        name=name,
        url=url,
        topics=_known(topics),
        made_at=clock.now(),
    )
    made.secret = seal(secret, queries.purpose(made))
    made.save(force_insert=True)
    record("webhook.made", made)
    return made, secret


@transaction.atomic
def change(*, webhook: Webhook, name: str, url: str, topics: Sequence[str], by: Member) -> Webhook:
    """Another name, address or choice of topics. The secret stays."""
    held = _held(webhook, by)
    _refuse_address(url)
    held.name, held.url, held.topics = name, url, _known(topics)
    held.save(update_fields=["name", "url", "topics"])
    record("webhook.changed", held)
    return held


@transaction.atomic
def renew_secret(*, webhook: Webhook, by: Member) -> tuple[Webhook, str]:
    """A new secret, shown once. For a day messages are signed with the old one as well, so that nothing is missed."""
    held = _held(webhook, by)
    secret = _new_secret()
    held.secret_before, held.secret = held.secret, seal(secret, queries.purpose(held))
    held.secret_changed_at = timezone.now()
    held.save(update_fields=["secret", "secret_before", "secret_changed_at"])
    record("webhook.secret_renewed", held)
    return held, secret


@transaction.atomic
def pause(*, webhook: Webhook, by: Member) -> Webhook:
    """Send nothing there for the time being. What happens meanwhile is not sent later."""
    held = _held(webhook, by)
    if held.paused_at is None:
        held.paused_at, held.paused_because = clock.now(), Webhook.Pause.ASKED
        held.save(update_fields=["paused_at", "paused_because"])
        record("webhook.paused", held, because=held.paused_because)
    return held


@transaction.atomic
def resume(*, webhook: Webhook, by: Member) -> Webhook:
    """Send again what happens from now on."""
    held = _held(webhook, by)
    if held.paused_at is not None:
        held.paused_at, held.paused_because = None, ""
        held.save(update_fields=["paused_at", "paused_because"])
        record("webhook.resumed", held)
    return held


@transaction.atomic
def remove(*, webhook: Webhook, by: Member) -> None:
    """Forget the address, its secret and everything that was sent there."""
    held = _held(webhook, by)
    Delivery.objects.filter(webhook=held).delete()
    record("webhook.removed", held)
    held.delete()


@transaction.atomic
def send_test(*, webhook: Webhook, by: Member) -> Delivery:
    """Send a message about nothing, to see whether it arrives."""
    held = _held(webhook, by)
    _refuse_paused(held)
    now = clock.now()
    made = Delivery.objects.create(
        webhook=held,
        person_id=held.person_id,
        capacity=held.capacity,
        event=queries.TEST,
        happened_at=now,
        asked_at=now,
        tries_left=1,
    )
    enqueue(DELIVER, made.pk, period="1")
    return made


@transaction.atomic
def send_again(*, delivery: Delivery, by: Member) -> Delivery:
    """Send a message once more, under the same id, with all its tries."""
    _held(delivery.webhook, by)
    held = queries.deliveries_of(by).select_for_update(of=("self",)).select_related("webhook").get(pk=delivery.pk)
    _refuse_paused(held.webhook)
    if held.is_on_its_way:
        raise DomainError("still_waiting", _("This message is on its way already."))
    held.state, held.problem, held.status = Delivery.State.WAITING, "", None
    held.tries_left, held.asked_at = TRIES, clock.now()
    held.save(update_fields=["state", "problem", "status", "tries_left", "asked_at"])
    enqueue(DELIVER, held.pk, period=str(held.tries + 1))
    return held


def _held(webhook: Webhook, by: Member) -> Webhook:
    require(by, USE_WEBHOOKS)
    held = queries.webhooks_of(by).select_for_update(of=("self",)).filter(pk=webhook.pk).first()
    if held is None:
        raise NotPermitted(USE_WEBHOOKS)
    return held


def _refuse_address(url: str) -> None:
    try:
        outbound.target_of(url)
    except outbound.NotAllowed:
        raise DomainError(
            "address_not_allowed",
            _("Write an address that starts with https:// and has a public name, such as https://example.org/news."),
            field="url",
        ) from None


def _refuse_paused(webhook: Webhook) -> None:
    if webhook.paused_at is not None:
        raise DomainError("paused", _("The webhook is paused. Let it go on first."))


def _known(topics: Sequence[str]) -> list[str]:
    known = [topic.value for topic in queries.topics_here() if topic in topics]
    if not known or len(known) != len(set(topics)):
        raise DomainError("unknown_topic", _("Choose topics from the list."), field="topics")
    return known


def _new_secret() -> str:
    return queries.MARK + base64.b64encode(secrets.token_bytes(32)).decode()
