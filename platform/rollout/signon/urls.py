"""Addresses of the sign-in host about organisations' own sign-in services. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.signon.views import operator, own, signing_in

on_sign_in_host = [
    path("sign-in/with/<slug:slug>/", signing_in.Begin.as_view(), name="sign-on"),
    path("sign-in/with/<slug:slug>/return/", signing_in.Return.as_view(), name="sign-on-return"),
    path("sign-in/with/<slug:slug>/code/", signing_in.TypeCode.as_view(), name="sign-on-code"),
    path("connections/", own.Connections.as_view(), name="connections"),
    path("connections/<uuid:connection>/end/", own.Disconnect.as_view(), name="connection-end"),
    path("operator/<slug:slug>/sign-in/", operator.Service.as_view(), name="operator-sign-on"),
    path("operator/<slug:slug>/sign-in/remove/", operator.Remove.as_view(), name="operator-sign-on-remove"),
]
