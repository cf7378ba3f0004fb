"""Addresses under /pairs/: how a pair shows itself."""

from __future__ import annotations

from django.urls import path

from tenants.surfacing import views

app_name = "surfacing"

urlpatterns = [
    path("<uuid:pair>/show/", views.Show.as_view(), name="show"),
    path("<uuid:pair>/show/from-the-start/", views.OpenFromStart.as_view(), name="open-from-start"),
    path("<uuid:pair>/show/ask-for-time/", views.AskForTime.as_view(), name="ask-for-time"),
    path("<uuid:pair>/show/<uuid:surfacing>/", views.Package.as_view(), name="package"),
    path("<uuid:pair>/show/<uuid:surfacing>/sign/", views.Sign.as_view(), name="sign"),
    path("<uuid:pair>/show/<uuid:surfacing>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
]
