"""Addresses under /boards/: the homes of board members and secretaries, and packs, once per hat."""

from __future__ import annotations

from django.urls import include, path

from governance.boardpacks import views
from governance.hats import MAKERS, READERS, in_hats

app_name = "boardpacks"

urlpatterns = [
    path("home/", views.BoardHome.as_view(), name="board-home"),
    path("secretary/", views.SecretaryHome.as_view(), name="secretary-home"),
    path(
        "packs/",
        include(
            [
                path("<uuid:pk>/", views.PackForAnybody.as_view(), name="pack-for-anybody"),
                *in_hats("", views.MadePacks, "packs", MAKERS),
                *in_hats("new/<uuid:body>/", views.PackNew, "pack-new", MAKERS),
                *in_hats("<uuid:pk>/", views.PackPage, "pack", READERS),
                *in_hats("<uuid:pk>/pdf/", views.PackPdf, "pack-pdf", READERS),
                *in_hats("<uuid:pk>/draw/", views.PackDraw, "pack-draw", MAKERS),
                *in_hats("<uuid:pk>/progress/", views.PackProgress, "pack-progress", MAKERS),
                *in_hats("<uuid:pk>/retry/", views.PackRetry, "pack-retry", MAKERS),
            ]
        ),
    ),
]
