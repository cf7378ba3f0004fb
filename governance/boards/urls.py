"""Addresses under /boards/manage/: one per hat."""

from __future__ import annotations

from django.urls import include, path

from governance.boards import views
from governance.hats import MAKERS, in_hats

app_name = "boards"

urlpatterns = [
    path(
        "manage/",
        include(
            [
                *in_hats("", views.Boards, "boards", MAKERS),
                *in_hats("new/", views.BoardNew, "board-new", MAKERS),
                *in_hats("<uuid:pk>/", views.BoardPage, "board", MAKERS),
                *in_hats("<uuid:pk>/add/", views.MemberAdd, "member-add", MAKERS),
                *in_hats("<uuid:pk>/sponsor/", views.SponsorChoose, "sponsor-choose", MAKERS),
                *in_hats("<uuid:pk>/archive/", views.BoardArchive, "board-archive", MAKERS),
                *in_hats("places/<uuid:pk>/end/", views.MembershipEnd, "membership-end", MAKERS),
            ]
        ),
    ),
]
