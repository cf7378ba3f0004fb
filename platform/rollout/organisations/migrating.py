"""Bringing the public schema, the template and every organisation to the state of the code.

A schema's digest is written in the transaction of its last migration; what stopped half-way keeps its
old digest, is not served, and is finished by the next run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import transaction

from rollout.kernel.database_roles import group
from rollout.kernel.postgresql.base import owner_connection
from rollout.organisations import provisioning, security
from rollout.organisations.models import Installation, Organisation, PreparedScript, SchemaState

Say = Callable[[str], None]


def digest_of_migrations() -> str:
    """One digest over every migration file of the organisations' apps, and the prefix of the roles."""
    state = hashlib.sha256(settings.ROLE_PREFIX.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if config.name not in settings.TENANT_APPS:
            continue
        for path in sorted(Path(config.path, "migrations").glob("[0-9]*.py")):
            state.update(f"{config.label}/{path.name}".encode() + path.read_bytes())
    return state.hexdigest()


def migrate_all(*, say: Say = print) -> None:
    """Public schema, security functions, template, script, then each organisation that is behind."""
    owner = owner_connection()
    owner.set_schema_to_public()
    _django_migrate()
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(security.security_schema())
        keys = security.context_keys()
        for key_id, inner, outer in keys:
            cursor.execute(
                "INSERT INTO security.context_key VALUES (%s, %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET ipad = excluded.ipad, opad = excluded.opad",
                [key_id, inner, outer],
            )
        cursor.execute(
            "DELETE FROM security.context_key WHERE id <> ALL (%s)", [[k for k, *_ in security.context_keys()]]
        )
    Installation.objects.using("owner").update_or_create(
        id=1, defaults={"role_prefix": settings.ROLE_PREFIX, "purpose": "demo" if settings.DEMO else ""}
    )
    digest = digest_of_migrations()
    states = dict(SchemaState.objects.using("owner").values_list("schema_name", "digest"))
    if not PreparedScript.objects.using("owner").filter(digest=digest).exists():
        provisioning.open_template()
        _migrate_schema(provisioning.TEMPLATE, digest)
        provisioning.prepare_script(digest)
        say("The template of an organisation is ready.")
    behind = [
        organisation
        for organisation in Organisation.objects.using("owner").order_by("created_at")
        if states.get(organisation.schema_name) != digest
    ]
    for number, organisation in enumerate(behind, start=1):
        _migrate_schema(organisation.schema_name, digest)
        say(f"{number} of {len(behind)}: {organisation.slug} is up to date.")
    owner.set_schema_to_public()


def _migrate_schema(schema: str, digest: str) -> None:
    owner = owner_connection()
    owner.set_schema(schema)
    try:
        with transaction.atomic(using="owner"):
            _grant_defaults(schema)
            _django_migrate()
            provisioning.close_history(schema)
            with owner.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO public.organisations_schemastate (schema_name, digest, changed_at)"
                    " VALUES (%s, %s, now()) ON CONFLICT (schema_name)"
                    " DO UPDATE SET digest = excluded.digest, changed_at = excluded.changed_at",
                    [schema, digest],
                )
    finally:
        owner.set_schema_to_public()


def _grant_defaults(schema: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES'
            f' TO "{group("tenant")}"; ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT ALL ON TABLES'
            f' TO "{group("definer")}"'
        )


def _django_migrate() -> None:
    call_command(DjangoMigrate(), database="owner", interactive=False, verbosity=0, skip_checks=True)
