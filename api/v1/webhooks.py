"""One's own webhooks, and what was sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from rollout.kernel.outbound import LONGEST_ADDRESS
from tenants.webhooks import actions, queries
from tenants.webhooks.models import Delivery, Topic, Webhook
from tenants.webhooks.permissions import USE_WEBHOOKS

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class WebhookOut(serializers.ModelSerializer[Webhook]):
    """An address that hears of what happens, in the hat that it was registered in."""

    topics = serializers.ListField(child=serializers.ChoiceField(choices=Topic.choices))
    paused_because = serializers.ChoiceField(choices=Webhook.Pause.choices, allow_blank=True)

    class Meta:
        model = Webhook
        fields = ("id", "name", "url", "topics", "made_at", "delivered_at", "paused_at", "paused_because")
        read_only_fields = fields


class WebhookMade(serializers.Serializer[Webhook]):
    """A webhook with its secret, which is in no other answer."""

    webhook = WebhookOut(source="*")
    secret = serializers.SerializerMethodField()

    def get_secret(self, webhook: Webhook) -> str:
        return str(self.context["secret"])


class WebhookIn(Body):
    """Where to, and about what."""

    name = Text(max_length=100)
    url = Text(max_length=LONGEST_ADDRESS)
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=Topic.choices), min_length=1, max_length=len(Topic)
    )


class WebhookChangeIn(Body):
    """What is to be otherwise. What is left out stays."""

    name = Text(max_length=100, required=False)
    url = Text(max_length=LONGEST_ADDRESS, required=False)
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=Topic.choices), min_length=1, max_length=len(Topic), required=False
    )


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    """One message. Its id is the `Webhook-Id` that it carries, each time that it is sent."""

    class Meta:
        model = Delivery
        fields = (
            "id",
            "webhook",
            "event",
            "event_id",
            "happened_at",
            "state",
            "tries",
            "status",
            "problem",
            "tried_at",
        )
        read_only_fields = fields


class Webhooks(Operations):
    """One's own webhooks."""

    serializer_class = WebhookOut
    permissions = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy", "renew_secret", "test", "pause", "resume"),
        USE_WEBHOOKS,
    )
    orderings = ("-made_at", "name")
    forgotten = frozenset({"create", "renew_secret"})

    def _webhook(self) -> Webhook:
        return self.found(queries.webhooks_of(self.member))

    @operation(gives=WebhookOut(many=True))
    def list(self, request: Request) -> Response:
        """My webhooks in this hat, the newest first."""
        return self.page_of(queries.webhooks_of(self.member))

    @operation(gives=WebhookOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One of my webhooks."""
        return self.shown(self._webhook())

    @operation(
        takes=WebhookIn,
        gives={201: WebhookMade},
        refuses=["address_not_allowed", "unknown_topic", "too_many_webhooks"],
    )
    def create(self, request: Request) -> Response:
        """Register an address; the answer alone holds the secret that its messages are signed with."""
        return self._with_secret(*actions.register(**self.said(WebhookIn), by=self.member), status=201)

    @operation(takes=WebhookChangeIn, gives=WebhookOut, refuses=["address_not_allowed", "unknown_topic"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change the name, the address or the topics; the secret stays."""
        held = self.found(self.held(queries.webhooks_of(self.member)))
        self.refuse_changed(held)
        said = {"name": held.name, "url": held.url, "topics": held.topics, **self.said(WebhookChangeIn)}
        return self.shown(actions.change(webhook=held, **said, by=self.member))

    @operation(status=204)
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Remove a webhook with everything that was sent there."""
        actions.remove(webhook=self._webhook(), by=self.member)
        return Response(status=204)

    @operation(gives=WebhookMade)
    @action(detail=True, methods=["post"], url_path="renew-secret")
    def renew_secret(self, request: Request, pk: UUID) -> Response:
        """Make a new secret; for a day messages are signed with the old one as well."""
        return self._with_secret(*actions.renew_secret(webhook=self._webhook(), by=self.member), status=200)

    @operation(gives=DeliveryOut, status=201, refuses=["paused"])
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: UUID) -> Response:
        """Send a message about nothing, to see whether it arrives."""
        made = actions.send_test(webhook=self._webhook(), by=self.member)
        return Response(DeliveryOut(made).data, status=201)

    @operation(gives=WebhookOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: UUID) -> Response:
        """Send nothing there for the time being."""
        return self.shown(actions.pause(webhook=self._webhook(), by=self.member))

    @operation(gives=WebhookOut)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        """Send again what happens from now on."""
        return self.shown(actions.resume(webhook=self._webhook(), by=self.member))

    def _with_secret(self, webhook: Webhook, secret: str, *, status: int) -> Response:
        context: dict[str, Any] = {**self.get_serializer_context(), "secret": secret}
        return Response(WebhookMade(webhook, context=context).data, status=status)


class WebhookDeliveries(Operations):
    """What was and is to be sent to one's own webhooks."""

    serializer_class = DeliveryOut
    permissions = {"list": USE_WEBHOOKS, "again": USE_WEBHOOKS}
    filters = {
        "webhook": Filter(serializers.UUIDField(), "webhook_id", "One webhook."),
        "state": Filter(serializers.ChoiceField(choices=Delivery.State.choices), "state", "One state."),
    }
    orderings = ("-happened_at",)

    @operation(gives=DeliveryOut(many=True))
    def list(self, request: Request) -> Response:
        """The messages of the last thirty days, the newest first."""
        return self.page_of(queries.deliveries_of(self.member))

    @operation(gives=DeliveryOut, refuses=["still_waiting", "paused"])
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: UUID) -> Response:
        """Send a message once more, under the same id."""
        held = self.found(queries.deliveries_of(self.member).select_related("webhook"))
        return self.shown(actions.send_again(delivery=held, by=self.member))
