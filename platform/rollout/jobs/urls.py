"""Addresses of the sign-in host. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.jobs import views

on_sign_in_host = [path("operator/jobs/<uuid:job>/retry/", views.Retry.as_view(), name="operator-job-retry")]
