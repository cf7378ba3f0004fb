from __future__ import annotations

from django_tenants.models import DomainMixin, TenantMixin


class Client(TenantMixin):
    """A tenant whose schema the library makes."""

    auto_create_schema = True
    auto_drop_schema = True
    clone_mode = "NODATA"


class Name(DomainMixin):
    """The host name of a tenant."""
