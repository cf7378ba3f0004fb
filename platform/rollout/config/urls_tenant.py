"""Every address of an organisation's own host."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from rollout.accounts import urls as accounts
from rollout.config import health
from rollout.config.home import Home
from rollout.organisations import urls as organisations

handler400 = "rollout.config.errors.bad_request"
handler403 = "rollout.config.errors.forbidden"
handler404 = "rollout.config.errors.not_found"
handler500 = "rollout.config.errors.failed"


def _included(module: str, prefix: str) -> list[URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    *organisations.on_organisation_hosts,
    *accounts.on_both_hosts,
    *accounts.on_organisation_hosts,
    *health.urlpatterns,
    *_included("tenants.members.urls", ""),
    *_included("tenants.pairs.urls", "pairs/"),
    *_included("tenants.disclosure.urls", "pairs/"),
    *_included("tenants.projects.urls", ""),
    *_included("tenants.surfacing.urls", "pairs/"),
    *_included("tenants.roster.urls", "rollout/"),
    *_included("governance.boards.urls", "boards/"),
    *_included("governance.boardpacks.urls", "boards/"),
    *_included("governance.indicators.urls", "report/"),
    *_included("api.urls", "api/v1/"),
]
if apps.is_installed("rollout.demo"):
    urlpatterns += _included("rollout.demo.urls_tenant", "demo/")
