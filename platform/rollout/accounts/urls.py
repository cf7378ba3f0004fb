"""Addresses about one's account: those of both hosts, and those of the sign-in host alone. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.accounts import pages, views

on_both_hosts = [
    path("help/", pages.Help.as_view(), name="help"),
    path("worried/", pages.Worried.as_view(), name="worried"),
    path("privacy/", pages.PrivacyNotice.as_view(), name="privacy-notice"),
    path("terms/", pages.Terms.as_view(), name="terms"),
    path("accessibility/", pages.Accessibility.as_view(), name="accessibility"),
    path("brand.css", pages.BrandCss.as_view(), name="brand-css"),
    path("language/", views.SetLanguage.as_view(), name="set-language"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("sign-out/everywhere/", views.SignOutEverywhere.as_view(), name="sign-out-everywhere"),
]

on_sign_in_host = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", views.TypeCode.as_view(), name="sign-in-code"),
    path("sign-in/closed/", views.Closed.as_view(), name="account_inactive"),
    path("sessions/", views.Sessions.as_view(), name="sessions"),
    path("sessions/end-others/", views.SessionsEndOthers.as_view(), name="sessions-end-others"),
    path("sessions/<str:key>/end/", views.SessionEnd.as_view(), name="session-end"),
    path("notices/", views.Notices.as_view(), name="notices"),
    # The same page under the name that allauth looks for.
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
]

on_organisation_hosts = [
    path("notices/", views.Notices.as_view(sign_in_path="/enter/start/"), name="notices"),
]
