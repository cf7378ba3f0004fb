"""A person's webhooks in one hat: register one, see what was sent, try it, pause it, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.webhooks import actions, queries
from tenants.webhooks.forms import WebhookForm
from tenants.webhooks.models import Delivery, Topic, Webhook
from tenants.webhooks.permissions import USE_WEBHOOKS
from tenants.webhooks.places import address

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

LOG_LENGTH = 50


class _Own(Guarded):
    permission = USE_WEBHOOKS

    def webhook(self, pk: UUID) -> Webhook:
        return get_object_or_404(queries.webhooks_of(self.member), pk=pk)


class Webhooks(_Own):
    """My webhooks, and a form for another one. Its secret is on the answer to the form and nowhere else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, WebhookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WebhookForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            made, secret = actions.register(**form.cleaned_data, by=self.member)
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal.message))
            return self._page(request, form)
        return _shown_once(request, made, secret)

    def _page(self, request: HttpRequest, form: WebhookForm) -> HttpResponse:
        rows = [
            {"webhook": webhook, "url": address("webhook", webhook.pk), "topics": _labels(webhook)}
            for webhook in queries.with_trouble(queries.webhooks_of(self.member))
        ]
        context = {"form": form, "rows": rows, "readers": readers_of(Webhook)}
        return render(request, "webhooks/webhook_list_page.html", context)


class WebhookPage(_Own):
    """One webhook: what it is told, what was sent, and everything that can be done with it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        webhook = self.webhook(pk)
        shown = {"name": webhook.name, "url": webhook.url, "topics": webhook.topics}
        return self._page(request, webhook, WebhookForm(initial=shown))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        webhook, form = self.webhook(pk), WebhookForm(request.POST)
        if not form.is_valid():
            return self._page(request, webhook, form)
        try:
            actions.change(webhook=webhook, **form.cleaned_data, by=self.member)
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal.message))
            return self._page(request, webhook, form)
        messages.success(request, _("The webhook was changed."))
        return redirect(address("webhook", pk))

    def _page(self, request: HttpRequest, webhook: Webhook, form: WebhookForm) -> HttpResponse:
        sent = queries.deliveries_of(self.member).filter(webhook=webhook)[:LOG_LENGTH]
        verbs = ("webhook-test", "secret-renew", "webhook-pause", "webhook-resume", "webhook-remove")
        context = {
            "form": form,
            "webhook": webhook,
            "deliveries": [_line(delivery) for delivery in sent],
            "back_url": address("webhooks"),
            "urls": {verb.replace("-", "_"): address(verb, webhook.pk) for verb in verbs},
            "readers": readers_of(Webhook),
        }
        return render(request, "webhooks/webhook_page.html", context)


class _Act(_Own):
    """One button. What refuses is said on the webhook's page."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        webhook = self.webhook(pk)
        try:
            messages.success(request, self.act(webhook))
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        return redirect(address("webhook", pk))

    def act(self, webhook: Webhook) -> str:
        raise NotImplementedError


class WebhookTest(_Act):
    """Send a test."""

    def act(self, webhook: Webhook) -> str:
        actions.send_test(webhook=webhook, by=self.member)
        return _("A test is on its way. Look at this page again in a moment.")


class WebhookPause(_Act):
    """Send nothing for the time being."""

    def act(self, webhook: Webhook) -> str:
        actions.pause(webhook=webhook, by=self.member)
        return _("The webhook is paused.")


class WebhookResume(_Act):
    """Let it go on."""

    def act(self, webhook: Webhook) -> str:
        actions.resume(webhook=webhook, by=self.member)
        return _("The webhook goes on. What happened meanwhile is not sent.")


class SecretRenew(_Own):
    """A new secret, shown on the answer and nowhere else."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return _shown_once(request, *actions.renew_secret(webhook=self.webhook(pk), by=self.member))


class WebhookRemove(_Own):
    """Forget a webhook with everything that was sent."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        actions.remove(webhook=self.webhook(pk), by=self.member)
        messages.success(request, _("The webhook is removed. Nothing is sent there any more."))
        return redirect(address("webhooks"))


class DeliveryAgain(_Own):
    """Send one message once more."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        mine = queries.deliveries_of(self.member).select_related("webhook")
        delivery = get_object_or_404(mine, pk=pk)
        try:
            actions.send_again(delivery=delivery, by=self.member)
            messages.success(request, _("The message is on its way again."))
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        return redirect(address("webhook", delivery.webhook_id))


def _shown_once(request: HttpRequest, webhook: Webhook, secret: str) -> HttpResponse:
    context = {"webhook": webhook, "secret": secret, "webhook_url": address("webhook", webhook.pk)}
    return render(request, "webhooks/webhook_secret_page.html", context)


def _labels(webhook: Webhook) -> str:
    return ", ".join(str(Topic(topic).label) for topic in webhook.topics)


def _line(delivery: Delivery) -> dict[str, Any]:
    again = "" if delivery.is_on_its_way else address("delivery-again", delivery.pk)
    return {"delivery": delivery, "problem": queries.PROBLEMS.get(delivery.problem, ""), "again_url": again}
