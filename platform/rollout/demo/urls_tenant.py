"""Addresses of the demo on an organisation's host: the way to the one outbox."""

from __future__ import annotations

from django.urls import path

from rollout.organisations.views.entering import SignInElsewhere

urlpatterns = [path("outbox/", SignInElsewhere.as_view(path="/demo/outbox/"), name="demo-outbox")]
