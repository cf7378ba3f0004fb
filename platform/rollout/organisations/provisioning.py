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
from rollout.organisations.models import Domain, Organisation, PreparedScript, SchemaState

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

    Raises ProvisioningFailed when no script has been prepared by `migrate` yet.
    """
    owner = connections["owner"]
    organisation = Organisation(**fields)
    organisation.full_clean(exclude=["schema_name"], validate_unique=False)
    with transaction.atomic(using="owner"):
        script = PreparedScript.objects.using("owner").order_by("-made_at").first()
        if script is None:
            raise ProvisioningFailed("no script is prepared: run `python manage.py migrate` first")
        organisation.save(using="owner")
        Domain(domain=domain, tenant=organisation, is_primary=True).save(using="owner")
        SchemaState.objects.using("owner").create(schema_name=organisation.schema_name, digest=script.digest)
        with owner.cursor() as cursor:
            cursor.execute(_make_role(organisation.role_name, organisation.schema_name))
            cursor.execute(script.sql.replace(TEMPLATE, organisation.schema_name))
            # The dump leaves the names of schemas out of the path; the alias looks at public again.
            cursor.execute("SET LOCAL search_path TO public, pg_temp")
    return organisation


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


def close_history(schema: str) -> None:
    """The list of applied migrations is nobody's business inside an organisation."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            sql.SQL("REVOKE ALL ON {schema}.django_migrations FROM {tenant}").format(
                schema=sql.Identifier(schema), tenant=sql.Identifier(group("tenant"))
            )
        )


def protection_of(cursor: object, schema: str) -> str:
    """A fingerprint of all policies and of forced security in a schema, equal for equal protection."""
    cursor.execute(_PROTECTION, {"schema": schema, "template": TEMPLATE})  # type: ignore[attr-defined]
    return str(cursor.fetchone()[0])  # type: ignore[attr-defined]


_PROTECTION = """
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex') FROM (
  SELECT concat_ws(' ', c.relname, c.relrowsecurity, c.relforcerowsecurity, obj_description(c.oid, 'pg_class')) AS line
    FROM pg_class c WHERE c.relnamespace = to_regnamespace(%(schema)s) AND c.relkind IN ('r', 'p', 'v', 'm')
  UNION ALL
  SELECT concat_ws(' ', 'policy', p.tablename, p.policyname, p.permissive, p.roles::text, p.cmd,
                   replace(p.qual, %(schema)s, %(template)s), replace(p.with_check, %(schema)s, %(template)s))
    FROM pg_policies p WHERE p.schemaname = %(schema)s
  UNION ALL
  SELECT concat_ws(' ', 'trigger', c.relname, t.tgname, t.tgenabled)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE c.relnamespace = to_regnamespace(%(schema)s) AND NOT t.tgisinternal
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
