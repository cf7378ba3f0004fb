"""Addresses of the demo on the sign-in host. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.demo import views

urlpatterns = [
    path("sign-in/<str:token>/", views.SignInAs.as_view(), name="demo-sign-in"),
    path("outbox/", views.OutboxList.as_view(), name="demo-outbox"),
    path("outbox/<str:name>/", views.OutboxLetter.as_view(), name="demo-letter"),
]
