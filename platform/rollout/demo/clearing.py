"""Taking away what an interrupted telling of the demo's story left behind. Demo databases only."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connections, transaction
from psycopg import sql

from rollout.accounts.models import Account
from rollout.jobs.models import Job
from rollout.organisations.models import Domain, Installation, Organisation, SchemaState


def clear() -> None:
    """Remove every organisation, account and job. Raises CommandError where the database is not a demo's."""
    if not Installation.objects.using("owner").filter(purpose="demo").exists():
        raise CommandError("This database is not a demo's; nothing is removed.")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        Job.objects.using("owner").all().delete()
        Domain.objects.using("owner").all().delete()
        for organisation in Organisation.objects.using("owner"):
            schema, role = sql.Identifier(organisation.schema_name), sql.Identifier(organisation.role_name)
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
            cursor.execute(sql.SQL("DROP OWNED BY {role}; DROP ROLE {role}").format(role=role))
            SchemaState.objects.using("owner").filter(schema_name=organisation.schema_name).delete()
        cursor.execute("DELETE FROM organisations_organisation")
        Account.objects.using("owner").all().delete()
