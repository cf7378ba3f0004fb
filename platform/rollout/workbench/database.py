"""The demo's database: is it ours, and how it is emptied."""

from enum import Enum

import psycopg
from psycopg import sql

from rollout.workbench.environment import DATABASE
from rollout.workbench.steps import StepFailed

MARK = "collaborative-pairs demo"


class Found(Enum):
    """What lies under the demo's name on a server."""

    NOTHING = "nothing"
    DEMO = "demo"
    SOMETHING_ELSE = "something else"


def look(admin_url: str) -> Found:
    """What lies under the demo's name on this server."""
    with _connect(admin_url) as server:
        row = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
    if row is None:
        return Found.NOTHING
    return Found.DEMO if row[0] == MARK else Found.SOMETHING_ELSE


def require_ours(admin_url: str) -> None:
    """Refuse to load the demo into somebody's real database."""
    if look(admin_url) is Found.SOMETHING_ELSE:
        raise StepFailed(
            f"The server already has a database called {DATABASE}, and it is not marked as a demo.",
            f"Use another server. If it is a demo: COMMENT ON DATABASE {DATABASE} IS '{MARK}'",
        )


def drop(admin_url: str) -> bool:
    """Drop the demo's database and the organisations' roles. Refuses any other; says whether there was one."""
    found = look(admin_url)
    if found is Found.SOMETHING_ELSE:
        raise StepFailed(
            f"The database {DATABASE} is not marked as a demo, so it is not touched.",
            "Look at DATABASE_URL: this command empties the demo and nothing else.",
        )
    if found is Found.NOTHING:
        return False
    with _connect(admin_url) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
    return True


def drop_organisation_roles(admin_url: str, prefix: str) -> None:
    """Drop the roles that organisations left behind; for a server where nothing else lives."""
    with _connect(admin_url) as server:
        rows = server.execute(
            "SELECT member.rolname FROM pg_auth_members AS m"
            " JOIN pg_roles AS tenants ON tenants.oid = m.roleid"
            " JOIN pg_roles AS member ON member.oid = m.member"
            " WHERE tenants.rolname = %s AND NOT member.rolcanlogin AND member.rolname NOT IN (%s, %s)",
            [f"{prefix}_tenant", f"{prefix}_owner", f"{prefix}_definer"],
        ).fetchall()
        for (role,) in rows:
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def _connect(admin_url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(admin_url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise StepFailed(
            "The database server does not let us in.", "Look at DATABASE_URL.", str(error).strip()
        ) from error
