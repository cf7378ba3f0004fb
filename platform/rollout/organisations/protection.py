"""Whether the database still protects what the models declare. Asked at start-up and by `make check`."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import OperationalError, connections

from rollout.kernel.database_roles import group
from rollout.kernel.privacy import POLICIES, privacy_of, protected_models
from rollout.organisations.provisioning import TEMPLATE

# Tables of a schema that hold nobody's data and that the organisation's role cannot reach.
UNPROTECTED = {"django_migrations": "the list of applied migrations; no right on it is granted"}


def weaknesses() -> list[str]:
    """One sentence per table that is not protected as its model says, and per login that may do too much."""
    found = []
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, coalesce(obj_description(c.oid), ''),"
            " array(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid)"
            " FROM pg_class c WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('r', 'p')",
            [TEMPLATE],
        )
        tables = {name: (forced, comment, set(policies)) for name, forced, comment, policies in cursor.fetchall()}
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole) AND rolname = ANY (%s)",
            [[group("login"), group("platform"), group("tenant"), group("definer")]],
        )
        found += [f"The database role {name} may do too much: it could pass by every policy." for (name,) in cursor]
        cursor.execute(
            "SELECT r.rolname, g.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
            " JOIN pg_roles g ON g.oid = m.roleid WHERE r.rolname = ANY (%s) AND g.rolname = ANY (%s)",
            [[group("login"), group("platform")], [group("owner"), group("definer")]],
        )
        found += [f"The database role {name} may become {other}." for name, other in cursor]
        cursor.execute(
            "SELECT current_setting('track_activities') = 'off' OR EXISTS (SELECT 1 FROM pg_db_role_setting s"
            " JOIN pg_roles r ON r.oid = s.setrole"
            " WHERE r.rolname = %s AND 'track_activities=off' = ANY (s.setconfig))",
            [group("login")],
        )
        if not cursor.fetchone()[0]:
            found.append(
                f"The database role {group('login')} can read the statements of its other sessions:"
                " set track_activities = off for it, or for the server."
            )
    for model in protected_models():
        privacy, table = privacy_of(model), model._meta.db_table
        if privacy is None or table not in tables:
            found.append(f"{model._meta.label} has no protected table in the template: run `manage.py migrate`.")
            continue
        forced, comment, policies = tables.pop(table)
        if not forced or policies != set(POLICIES) or comment != privacy.digest(table):
            found.append(f"{model._meta.label} is not protected as it declares: its policies differ.")
    found += [f"Table {name} belongs to no model and is not protected." for name in tables if name not in UNPROTECTED]
    return found


@checks.register(checks.Tags.database)
def database_protects(**kwargs: Any) -> list[checks.CheckMessage]:
    """Every weakness is an error; a database that does not answer is left to recover by itself."""
    if "platform" not in (kwargs.get("databases") or ()):
        return []
    try:
        return [checks.Error(sentence, id="privacy.E002") for sentence in weaknesses()]
    except OperationalError:
        return [checks.Warning("The database does not answer; its protection was not checked.", id="privacy.W001")]
