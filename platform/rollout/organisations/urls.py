"""Addresses of the sign-in host and of the doors between hosts. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.organisations.views import entering, landing, operator, systems

on_sign_in_host = [
    path("", landing.Landing.as_view(), name="landing"),
    path("enter/", entering.Enter.as_view(), name="enter"),
    path("operator/", operator.Overview.as_view(), name="operator"),
    path("operator/create/", operator.Create.as_view(), name="operator-create"),
    path("operator/address/", operator.ChangeAddress.as_view(), name="operator-address"),
    path("operator/factors/", operator.ResetFactors.as_view(), name="operator-factors"),
    path("operator/systems/", systems.Systems.as_view(), name="operator-systems"),
    path("operator/systems/<uuid:pk>/", systems.OneSystem.as_view(), name="operator-system"),
    path("operator/<slug:slug>/second-factor/", operator.SecondFactor.as_view(), name="operator-second-factor"),
    path("operator/<slug:slug>/<slug:move>/", operator.Move.as_view(), name="operator-move"),
]

on_organisation_hosts = [
    path("enter/start/", entering.Start.as_view(), name="enter-start"),
    path("enter/finish/", entering.Finish.as_view(), name="enter-finish"),
    path("sign-in/", entering.SignInElsewhere.as_view(path="/sign-in/"), name="sign-in"),
    path("sessions/", entering.SignInElsewhere.as_view(path="/sessions/"), name="sessions"),
    path("yours/", entering.SignInElsewhere.as_view(path="/yours/"), name="yours"),
]
