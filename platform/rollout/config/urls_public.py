"""Every address of the sign-in host."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from rollout.accounts import urls as accounts
from rollout.accounts.views import SignIn
from rollout.config import health
from rollout.identity import urls as identity
from rollout.jobs.queries import health as health_of_jobs
from rollout.organisations import urls as organisations
from rollout.organisations.views import operator
from rollout.signon import urls as signon
from rollout.signon.queries import offered

handler400 = "rollout.config.errors.bad_request"
handler403 = "rollout.config.errors.forbidden"
handler404 = "rollout.config.errors.not_found"
handler500 = "rollout.config.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    # Before the organisations' own entry of the same address: here the jobs can be asked how they are.
    path("operator/", operator.Overview.as_view(health=health_of_jobs), name="operator"),
    # Before the general ones: here an organisation's own sign-in service is known, and its address is not a move.
    path("sign-in/", SignIn.as_view(offers=offered), name="sign-in"),
    *signon.on_sign_in_host,
    *organisations.on_sign_in_host,
    *accounts.on_both_hosts,
    *accounts.on_sign_in_host,
    *identity.on_sign_in_host,
    *health.urlpatterns,
]
if apps.is_installed("rollout.demo"):
    urlpatterns.append(path("demo/", include("rollout.demo.urls")))
