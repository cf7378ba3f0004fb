"""Reading one's own webhooks and what was sent, and writing the message of an act."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel.permissions import allows
from rollout.kernel.sealing import unseal
from rollout.kernel.tenancy import PARTNER, here
from tenants.audit.models import Event
from tenants.members.queries import member_here
from tenants.webhooks.models import TOPICS, Delivery, Webhook
from tenants.webhooks.permissions import USE_WEBHOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member
    from tenants.webhooks.models import Topic

MARK = "whsec_"
BOTH_SECRETS = dt.timedelta(days=1)
"""So long a message is signed with the old secret as well."""
TEST = "webhook.test"

PROBLEMS: dict[str, str | _StrPromise] = {
    "": "",
    "not_allowed": _("This address leads into a private network, so nothing is sent there."),
    "no_such_name": _("There is no server of this name."),
    "certificate": _("The server's certificate is not good."),
    "too_slow": _("The server took too long."),
    "no_connection": _("The server could not be reached."),
    "refused": _("The server did not take it."),
    "paused": _("The webhook was paused."),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent where: the least that somebody needs to ask for more."""

    url: str
    body: bytes
    headers: dict[str, str]


def topics_here() -> tuple[Topic, ...]:
    """What can be heard of in the hat that is worn."""
    return TOPICS[here().capacity]


def webhooks_of(member: Member) -> QuerySet[Webhook]:
    """The person's webhooks in the hat that is worn, the newest first."""
    return Webhook.objects.filter(person_id=member.pk, capacity=here().capacity)


def deliveries_of(member: Member) -> QuerySet[Delivery]:
    """What was and is to be sent to the person's webhooks in this hat, the newest first."""
    return Delivery.objects.filter(person_id=member.pk, capacity=here().capacity)


def may_still_hear(delivery: Delivery) -> bool:
    """Whether the person may see, now and in this hat, what the message is about."""
    member = member_here(here().person)
    if member is None or not allows(member, USE_WEBHOOKS):
        return False
    return delivery.event_id is None or Event.objects.filter(pk=delivery.event_id).exists()


def message_of(delivery: Delivery, *, url: Callable[[str], str]) -> Message:
    """The message, signed as of now. `url` makes a full address of a path."""
    events = "pair-events" if delivery.capacity == PARTNER else "events"
    link = f"/api/v1/{events}/{delivery.event_id}/" if delivery.event_id else "/api/v1/me/"
    body = json.dumps(
        {
            "id": str(delivery.event_id or delivery.pk),
            "event": delivery.event,
            "at": delivery.happened_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            "link": url(link),
        }
    ).encode()
    moment = str(int(timezone.now().timestamp()))
    signed = f"{delivery.pk}.{moment}.".encode() + body
    return Message(
        url=delivery.webhook.url,
        body=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "collaborative-pairs-webhooks",
            "Webhook-Id": str(delivery.pk),
            "Webhook-Timestamp": moment,
            "Webhook-Signature": " ".join(_signature(secret, signed) for secret in _secrets(delivery.webhook)),
        },
    )


def purpose(webhook: Webhook) -> str:
    """What a webhook's secret is sealed for: no other webhook can open it."""
    return f"webhook|{webhook.pk}"


def with_trouble(webhooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """Each webhook says whether something did not arrive."""
    failed = Delivery.objects.filter(webhook=OuterRef("pk"), state=Delivery.State.FAILED)
    return webhooks.annotate(has_trouble=Exists(failed))


def _secrets(webhook: Webhook) -> list[str]:
    found = [webhook.secret]
    changed = webhook.secret_changed_at
    if webhook.secret_before and changed is not None and timezone.now() - changed < BOTH_SECRETS:
        found.append(webhook.secret_before)
    return [unseal(sealed, purpose(webhook)) for sealed in found]


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(MARK))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
