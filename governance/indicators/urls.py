"""Addresses under /report/: the sponsor's home, and the report once for each hat."""

from __future__ import annotations

from django.urls import path

from governance.hats import READERS, in_hats
from governance.indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.SponsorHome.as_view(), name="sponsor-home"),
    *in_hats("", views.ReportPage, "report", READERS),
]
