"""Every address of an organisation's own host."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from rollout.accounts import urls as accounts
from rollout.config import health
from rollout.config.home import Home
from rollout.identity import urls as identity
from rollout.organisations import urls as organisations

handler400 = "rollout.config.errors.bad_request"
handler403 = "rollout.config.errors.forbidden"
handler404 = "rollout.config.errors.not_found"
handler500 = "rollout.config.errors.failed"


urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    *organisations.on_organisation_hosts,
    *accounts.on_both_hosts,
    *accounts.on_organisation_hosts,
    *identity.on_organisation_hosts,
    *health.urlpatterns,
    path("", include("tenants.members.urls")),
    path("pairs/", include("tenants.pairs.urls")),
    path("pairs/", include("tenants.disclosure.urls")),
    path("", include("tenants.projects.urls")),
    path("pairs/", include("tenants.surfacing.urls")),
    path("rollout/", include("tenants.roster.urls")),
    path("", include("tenants.webhooks.urls")),
    path("", include("tenants.conversations.urls")),
    path("", include("tenants.workplan.urls")),
    path("", include("tenants.instruments.urls")),
    path("", include("tenants.agreement.urls")),
    path("", include("tenants.relationship.urls")),
    path("", include("tenants.reflections.urls")),
    path("", include("tenants.meetings.urls")),
    path("", include("tenants.finder.urls")),
    path("", include("tenants.applications.urls")),
    path("", include("tenants.assistance.urls")),
    path("rollout/", include("governance.exports.urls")),
    path("boards/", include("governance.boards.urls")),
    path("boards/", include("governance.boardpacks.urls")),
    path("report/", include("governance.indicators.urls")),
    path("api/v1/", include("api.urls")),
]
if apps.is_installed("rollout.demo"):
    urlpatterns.append(path("demo/", include("rollout.demo.urls_tenant")))
