"""Addresses of webhooks, once per hat."""

from __future__ import annotations

from django.urls import path

from tenants.webhooks import views
from tenants.webhooks.places import PLACES, worn

app_name = "webhooks"

_PAGES = (
    ("", views.Webhooks, "webhooks"),
    ("<uuid:pk>/", views.WebhookPage, "webhook"),
    ("<uuid:pk>/test/", views.WebhookTest, "webhook-test"),
    ("<uuid:pk>/secret/", views.SecretRenew, "secret-renew"),
    ("<uuid:pk>/pause/", views.WebhookPause, "webhook-pause"),
    ("<uuid:pk>/resume/", views.WebhookResume, "webhook-resume"),
    ("<uuid:pk>/remove/", views.WebhookRemove, "webhook-remove"),
    ("deliveries/<uuid:pk>/again/", views.DeliveryAgain, "delivery-again"),
)
urlpatterns = [
    path(f"{place}{route}", worn(view, hat).as_view(), name=f"{name}-{str(hat).replace('_', '-')}")
    for hat, place in PLACES.items()
    for route, view, name in _PAGES
]
