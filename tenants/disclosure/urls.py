"""Addresses under /shown/: one per hat."""

from __future__ import annotations

from django.urls import path

from tenants.disclosure import views

app_name = "disclosure"

urlpatterns = [
    path("sponsor/<uuid:pair>/", views.ShownToSponsor.as_view(), name="shown-sponsor"),
    path("rollout/<uuid:pair>/", views.ShownToLead.as_view(), name="shown-rollout-lead"),
    path("board/<uuid:pair>/", views.ShownToBoardMember.as_view(), name="shown-board-member"),
    path("board-secretary/<uuid:pair>/", views.ShownToBoardSecretary.as_view(), name="shown-board-secretary"),
]
