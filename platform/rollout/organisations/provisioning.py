"""Making an organisation: one prepared script, one transaction.

Django migrates a template schema; its dump, as one script, makes every new organisation's schema
complete with policies, functions and rights. The template's name is unmistakable, so that putting
another name in its place is a plain replacement.
"""

from __future__ import annotations

import os
import re
import subprocess
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from rollout.kernel.database_roles import group
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.models import (
    Domain,
    Organisation,
    PreparedScript,
    ReadySchema,
    SchemaState,
    opaque_schema_name,
    role_of,
)

TEMPLATE = "template_of_an_organisation"

# Lines of a dump that belong to a session, not to a schema.
_SESSION = re.compile(r"^(\\|SET (?!search_path)|SELECT pg_catalog\.set_config|--|CREATE SCHEMA |ALTER SCHEMA )")


class ProvisioningFailed(Exception):
    """An organisation could not be made; nothing of it stands."""


def prepare_script(digest: str) -> PreparedScript:
    """Dump the migrated template and keep it as the script for this state of the migrations."""
    owner = connections["owner"]
    script = _dump_template() + _history()
    with owner.cursor() as cursor:
        fingerprint = protection_of(cursor, TEMPLATE)
    made, _ = PreparedScript.objects.using("owner").update_or_create(
        digest=digest, defaults={"sql": script, "fingerprint": fingerprint}
    )
    return made


def create_organisation(*, domain: str, **fields: object) -> Organisation:
    """Make an organisation with its domain, role and schema. All of it stands afterwards, or nothing.

    A ready schema is assigned when there is one. Raises ProvisioningFailed when no script has been prepared
    by `migrate` for this state of the code yet.
    """
    organisation = Organisation(**fields)
    organisation.full_clean(exclude=["schema_name"], validate_unique=False)
    digest = digest_of_migrations()
    with transaction.atomic(using="owner"):
        organisation.schema_name = take_ready_schema(digest) or make_schema(organisation.schema_name, digest)
        # The library's own save() looks through all schemas; the names here are random and unique.
        Organisation.objects.using("owner").bulk_create([organisation])
        Domain.objects.using("owner").bulk_create([Domain(domain=domain, tenant=organisation, is_primary=True)])
    return organisation


def make_schema(schema: str, digest: str) -> str:
    """A schema with its role and its state, complete at once. To be called inside a transaction; gives the name."""
    script = PreparedScript.objects.using("owner").filter(digest=digest).values_list("sql", flat=True).first()
    if script is None:
        raise ProvisioningFailed("no script is prepared: run `python manage.py migrate` first")
    with connections["owner"].cursor() as cursor:
        # The dump leaves the names of schemas out of the path; the alias looks at public again.
        cursor.execute(
            f"{_make_role(role_of(schema), schema)};\n{script.replace(TEMPLATE, schema)}"
            "\n;SET LOCAL search_path TO public, pg_temp"
        )
    note_state(schema, digest)
    return schema


def fill_pool(size: int) -> int:
    """Make schemas, each in a transaction of its own, until this many wait in this state; how many wait then."""
    digest = digest_of_migrations()
    states = SchemaState.objects.using("owner").filter(digest=digest).values("schema_name")
    waiting = ReadySchema.objects.using("owner").filter(schema_name__in=states).count()
    for _ in range(size - waiting):
        with transaction.atomic(using="owner"):
            ReadySchema.objects.using("owner").create(schema_name=make_schema(opaque_schema_name(), digest))
        waiting += 1
    return waiting


def take_ready_schema(digest: str) -> str | None:
    """The oldest ready schema in this very state, taken out of the pool; None when there is none.

    Two who take at the same time take different ones.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.organisations_readyschema WHERE schema_name = (SELECT r.schema_name"
            " FROM public.organisations_readyschema r JOIN public.organisations_schemastate s USING (schema_name)"
            " WHERE s.digest = %s ORDER BY r.made_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED) RETURNING schema_name",
            [digest],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def note_state(schema: str, digest: str) -> None:
    """Write down how far a schema is, in the transaction of what brought it there."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.organisations_schemastate (schema_name, digest, changed_at)"
            " VALUES (%s, %s, clock_timestamp()) ON CONFLICT (schema_name)"
            " DO UPDATE SET digest = excluded.digest, changed_at = excluded.changed_at",
            [schema, digest],
        )


def _make_role(role: str, schema: str) -> str:
    names = {
        "role": sql.Identifier(role),
        "schema": sql.Identifier(schema),
        "tenant": sql.Identifier(group("tenant")),
        "login": sql.Identifier(group("login")),
        "definer": sql.Identifier(group("definer")),
    }
    return "; ".join(
        sql.SQL(statement).format(**names).as_string(None)
        for statement in (
            "CREATE ROLE {role} NOLOGIN",
            "GRANT {tenant} TO {role} WITH INHERIT TRUE, SET FALSE",
            "GRANT {role} TO {login} WITH INHERIT FALSE, SET TRUE",
            "CREATE SCHEMA {schema}",
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT USAGE, CREATE ON SCHEMA {schema} TO {definer}",
        )
    )


def open_template() -> None:
    """Make the empty template schema, with the rights that its tables and functions will be given."""
    names = {
        "schema": sql.Identifier(TEMPLATE),
        "tenant": sql.Identifier(group("tenant")),
        "definer": sql.Identifier(group("definer")),
    }
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS {schema}",
            "GRANT USAGE, CREATE ON SCHEMA {schema} TO {definer}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {tenant}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT ALL ON TABLES TO {definer}",
        ):
            cursor.execute(sql.SQL(statement).format(**names))


def close_template() -> None:
    """The list of applied migrations is nobody's business inside an organisation."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            sql.SQL("REVOKE ALL ON {schema}.django_migrations FROM {tenant}").format(
                schema=sql.Identifier(TEMPLATE), tenant=sql.Identifier(group("tenant"))
            )
        )


def protection_of(cursor: object, schema: str) -> str:
    """A fingerprint of policies, rights, functions and forced security in a schema: equal for equal protection."""
    cursor.execute(_PROTECTION, {"schema": schema, "template": TEMPLATE})  # type: ignore[attr-defined]
    return str(cursor.fetchone()[0])  # type: ignore[attr-defined]


# Through the dependencies on the schema, which have an index: the list of all tables of all organisations has none.
_PROTECTION = """
WITH ours AS (
  SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
   WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(%(schema)s)
     AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND c.relkind IN ('r', 'p', 'v', 'm')
)
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex') FROM (
  SELECT concat_ws(' ', c.relname, c.relrowsecurity, c.relforcerowsecurity, obj_description(c.oid, 'pg_class')) AS line
    FROM ours c
  UNION ALL
  SELECT concat_ws(' ', 'policy', c.relname, p.polname, p.polpermissive, p.polroles::regrole[]::text, p.polcmd,
                   replace(pg_get_expr(p.polqual, p.polrelid), %(schema)s, %(template)s),
                   replace(pg_get_expr(p.polwithcheck, p.polrelid), %(schema)s, %(template)s))
    FROM pg_policy p JOIN ours c ON c.oid = p.polrelid
  UNION ALL
  SELECT concat_ws(' ', 'trigger', c.relname, t.tgname, t.tgenabled)
    FROM pg_trigger t JOIN ours c ON c.oid = t.tgrelid
   WHERE NOT t.tgisinternal
  UNION ALL
  SELECT concat_ws(' ', 'right', c.relname, a.grantee::regrole, a.privilege_type, a.is_grantable)
    FROM ours c JOIN pg_class k ON k.oid = c.oid, aclexplode(k.relacl) a
  UNION ALL
  SELECT concat_ws(' ', 'column', c.relname, k.attname, a.grantee::regrole, a.privilege_type, a.is_grantable)
    FROM ours c JOIN pg_attribute k ON k.attrelid = c.oid AND k.attacl IS NOT NULL, aclexplode(k.attacl) a
  UNION ALL
  SELECT concat_ws(' ', 'function', f.proname, pg_get_function_identity_arguments(f.oid), f.prosecdef,
                   f.proowner::regrole, replace(f.proconfig::text, %(schema)s, %(template)s), f.prosrc,
                   (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(f.proacl) a))
    FROM pg_depend d JOIN pg_proc f ON f.oid = d.objid
   WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(%(schema)s)
     AND d.classid = 'pg_proc'::regclass
) AS lines
"""


def _dump_template() -> str:
    url = urlparse(settings.DATABASE_OWNER_URL)
    command = [
        settings.PG_DUMP, "--schema-only", f"--schema={TEMPLATE}", f"--role={group('owner')}",
        f"--host={url.hostname}", f"--port={url.port or 5432}", f"--username={unquote(url.username or '')}",
        "--no-password", connections["owner"].settings_dict["NAME"],
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name.startswith("PGSSL")}
    environment |= {"PGPASSWORD": unquote(url.password or ""), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise ProvisioningFailed(f"pg_dump failed: {done.stderr.strip()}")
    return _as_one_transaction(done.stdout)


def _as_one_transaction(dump: str) -> str:
    kept: list[str] = [f"SET LOCAL search_path TO {TEMPLATE}, pg_temp;", "SET LOCAL check_function_bodies = false;"]
    inside_function = False
    for line in dump.splitlines():
        if not inside_function and (_SESSION.match(line) or (f"ON SCHEMA {TEMPLATE}" in line and "GRANT" in line)):
            continue
        if line.count("$body$") % 2 or line.count("$$") % 2 or line.count("$_$") % 2:
            inside_function = not inside_function
        kept.append(line)
    return _functions_owned_last("\n".join(kept) + "\n")


def _functions_owned_last(script: str) -> str:
    """A trigger needs EXECUTE on its function while it is made: functions change hands at the end."""
    owned = re.compile(rf"^ALTER FUNCTION {TEMPLATE}\..* OWNER TO .*;$", re.MULTILINE)
    rights = re.compile(rf"^(?:REVOKE|GRANT) .* ON FUNCTION {TEMPLATE}\..*;$", re.MULTILINE)
    last = owned.findall(script) + rights.findall(script)
    return "\n".join([rights.sub("", owned.sub("", script)), *last, ""])


def _history() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT app, name, applied FROM {}.django_migrations ORDER BY id").format(sql.Identifier(TEMPLATE))
        )
        rows = [
            sql.SQL("({}, {}, {})").format(*(sql.Literal(value) for value in row)).as_string(None)
            for row in cursor.fetchall()
        ]
    if not rows:
        return ""
    return f"INSERT INTO {TEMPLATE}.django_migrations (app, name, applied) VALUES {', '.join(rows)};\n"
