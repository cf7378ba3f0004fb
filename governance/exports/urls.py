"""Addresses under /rollout/data/: the organisation's data as a file for a rollout lead."""

from __future__ import annotations

from django.urls import path

from governance.exports import views

app_name = "exports"

urlpatterns = [
    path("data/", views.Exports.as_view(), name="exports"),
    path("data/take/", views.ExportTake.as_view(), name="export-take"),
    path("data/<uuid:pk>/", views.ExportFile.as_view(), name="export-file"),
]
