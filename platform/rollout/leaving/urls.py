"""Addresses of the sign-in host about leaving. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.leaving import views

on_sign_in_host = [
    path("yours/", views.Yours.as_view(), name="yours"),
    path("yours/prepare/", views.Prepare.as_view(), name="yours-prepare"),
    path("yours/account/", views.TakeAccount.as_view(), name="yours-account"),
    path("yours/<uuid:job>/", views.Take.as_view(), name="yours-take"),
    path("leave/", views.Leave.as_view(), name="leave"),
    path("leave/stay/", views.Stay.as_view(), name="leave-stay"),
]
