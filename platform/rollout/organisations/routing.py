"""Which alias a model is read and written through, and which schema it is migrated into."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django_tenants.routers import TenantSyncRouter


class Router(TenantSyncRouter):
    """Organisations' apps on `default`, everything shared on `platform`, migrations on `owner`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _alias_for(model)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return _alias_for(model)

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return alias_of(first._meta.app_label) == alias_of(second._meta.app_label)


def _alias_for(model: type[Model]) -> str:
    # Models as they once were exist in migrations alone.
    return "owner" if model.__module__ == "__fake__" else alias_of(model._meta.app_label)


def alias_of(app_label: str) -> str:
    """The alias on which an app's rows live."""
    return "default" if apps.get_app_config(app_label).name in settings.TENANT_APPS else "platform"
