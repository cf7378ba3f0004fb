"""What the process of django-tenants does."""

from __future__ import annotations

import importlib

from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from benchmarks.process import timed
from benchmarks.stock.models import Client, Name
from rollout.organisations import security

BASE = "base_of_all"


def prepare() -> None:
    """The shared tables, and the functions that the policies of our migrations name."""
    call_command("migrate_schemas", schema_name="public", interactive=False, verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute(security.security_schema())


def provision(number: int) -> float:
    """A tenant as the library makes it: its schema migrated from nothing."""
    connection.set_schema_to_public()
    return timed(lambda: Client(schema_name=f"s{number}").save(verbosity=0))


def clone(number: int) -> float:
    """A tenant as the library copies it from a base schema."""
    connection.set_schema_to_public()
    with override_settings(TENANT_CREATION_FAKES_MIGRATIONS=True, TENANT_BASE_SCHEMA=BASE):
        return timed(lambda: Client(schema_name=f"s{number}").save(verbosity=0))


def fill(script: str, template: str, first: int, last: int) -> None:
    """Tenants made from our own script, only to be there; and names for them."""
    for number in range(first, last):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA s{number}")
            cursor.execute("BEGIN;" + script.replace(template, f"s{number}") + ";COMMIT; SET search_path TO public")
        (client,) = Client.objects.bulk_create([Client(schema_name=f"s{number}")])
        Name.objects.bulk_create([Name(domain=f"t{number}.localhost", tenant=client, is_primary=True)])


def migrate(tenants: list[int]) -> float:
    """The library's own command, for some of its tenants."""
    importlib.invalidate_caches()

    def each() -> None:
        for number in tenants:
            call_command("migrate_schemas", schema_name=f"s{number}", interactive=False, verbosity=0, skip_checks=True)

    return timed(each)


def fill_base(script: str, template: str) -> None:
    """The base schema that others are copied from."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {BASE}")
        cursor.execute("BEGIN;" + script.replace(template, BASE) + ";COMMIT; SET search_path TO public")
