"""Addresses under /api/v1/."""

from __future__ import annotations

from django.urls import include, path, re_path

from api import views

app_name = "api"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
urlpatterns = [
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", views.Docs.as_view(), name="docs"),
    path("", include("api.v1.router")),
    re_path(r"^[\s\S]*\Z", views.Nothing.as_view(dict.fromkeys(METHODS, "nothing")), name="nothing"),
]
