"""Addresses under /pairs/: a pair that shows itself, one page per hat."""

from __future__ import annotations

from django.urls import path

from tenants.disclosure import views

app_name = "disclosure"

urlpatterns = [
    path("shown/sponsor/<uuid:pair>/", views.ShownToSponsor.as_view(), name="shown-sponsor"),
    path("shown/rollout/<uuid:pair>/", views.ShownToLead.as_view(), name="shown-rollout-lead"),
    path("shown/board/<uuid:pair>/", views.ShownToBoardMember.as_view(), name="shown-board-member"),
    path("shown/board-secretary/<uuid:pair>/", views.ShownToBoardSecretary.as_view(), name="shown-board-secretary"),
]
